using System.Runtime.CompilerServices;

namespace EbpfFirewall.Native;

/// <summary>A global variable of a loaded object, in memory shared with its programs.</summary>
/// <remarks>
/// Safe for concurrent use; a value of up to eight aligned bytes is read and written at once, a longer one in pieces. Not usable once
/// the object is disposed.
/// </remarks>
public sealed class BpfVariable
{
    private readonly BpfVariableSpec _spec;
    private readonly BpfMap _map;
    private readonly Lazy<BpfMapMemory> _memory;
    private readonly long _offset;

    internal BpfVariable(BpfVariableSpec spec, BpfMap map, Lazy<BpfMapMemory> memory, long start)
    {
        _offset = start + spec.Offset;
        _spec = spec;
        _map = map;
        _memory = memory;
    }

    /// <summary>The C identifier.</summary>
    public string Name => _spec.Name;

    /// <summary>sizeof, in bytes.</summary>
    public int SizeBytes => _spec.SizeBytes;

    /// <summary>True for <c>const volatile</c>: fixed since the load.</summary>
    public bool IsConstant => _spec.IsConstant;

    /// <summary>Reads it.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has another size than the variable.</exception>
    public T Get<T>()
        where T : unmanaged
    {
        CheckSize(Unsafe.SizeOf<T>());
        return _memory.Value.At<T>(_offset);
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has another size than the variable.</exception>
    /// <exception cref="InvalidOperationException">It is a constant.</exception>
    public void Set<T>(T value)
        where T : unmanaged
    {
        CheckSize(Unsafe.SizeOf<T>());
        if (IsConstant)
        {
            throw new InvalidOperationException($"Variable '{Name}' is constant: set it on the BpfObjectSpec, before the load.");
        }

        _memory.Value.At<T>(_offset) = value;
    }

    /// <summary>Its bytes in shared memory; those of a constant must not be written to.</summary>
    public ReadOnlySpan<byte> AsBytes() => _memory.Value.Slice(_offset, SizeBytes);

    internal void Close()
    {
        if (_memory.IsValueCreated)
        {
            _memory.Value.Dispose();
        }
    }

    private void CheckSize(int size)
    {
        ObjectDisposedException.ThrowIf(_map.Handle.IsClosed, _map);
        if (size != SizeBytes)
        {
            throw new ArgumentException($"Variable '{Name}' has {SizeBytes} bytes, not {size}.");
        }
    }
}
