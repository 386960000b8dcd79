using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Native;

/// <summary>A global variable of an object that is not loaded yet. What is set here is what the verifier sees of constants.</summary>
/// <remarks>Not safe for concurrent use; one owner.</remarks>
public sealed class BpfVariableSpec
{
    private readonly byte[] _section;

    internal BpfVariableSpec(string name, BpfMapSpec map, int offset, int sizeBytes)
    {
        Name = name;
        SectionName = map.Name;
        Offset = offset;
        SizeBytes = sizeBytes;
        IsConstant = map.IsConstantData;
        _section = map.Data ?? map.ArenaData!;
    }

    /// <summary>The C identifier.</summary>
    public string Name { get; }

    /// <summary>The data section, and so the map, that holds it.</summary>
    public string SectionName { get; }

    /// <summary>Byte offset in that section.</summary>
    public int Offset { get; }

    /// <summary>sizeof, in bytes.</summary>
    public int SizeBytes { get; }

    /// <summary>True for <c>const volatile</c>: fixed once the object is loaded.</summary>
    public bool IsConstant { get; }

    /// <summary>Sets it, in this machine's byte order.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has another size than the variable.</exception>
    public void Set<T>(T value)
        where T : unmanaged
    {
        CheckSize(Unsafe.SizeOf<T>());
        MemoryMarshal.Write(_section.AsSpan(Offset, SizeBytes), in value);
    }

    /// <summary>Sets its bytes.</summary>
    /// <exception cref="ArgumentException">The bytes are more or fewer than the variable has.</exception>
    public void SetBytes(ReadOnlySpan<byte> value)
    {
        CheckSize(value.Length);
        value.CopyTo(_section.AsSpan(Offset, SizeBytes));
    }

    /// <summary>Reads it, in this machine's byte order.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> has another size than the variable.</exception>
    public T Get<T>()
        where T : unmanaged
    {
        CheckSize(Unsafe.SizeOf<T>());
        return MemoryMarshal.Read<T>(_section.AsSpan(Offset, SizeBytes));
    }

    /// <summary>A copy of its bytes.</summary>
    public byte[] GetBytes() => _section.AsSpan(Offset, SizeBytes).ToArray();

    private void CheckSize(int size)
    {
        if (size != SizeBytes)
        {
            throw new ArgumentException($"Variable '{Name}' has {SizeBytes} bytes, not {size}.");
        }
    }
}
