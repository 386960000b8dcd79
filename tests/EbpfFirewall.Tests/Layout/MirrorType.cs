using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Tests.Layout;

/// <summary>
/// A C# mirror of a kernel structure, measured: a field is filled with ones, and where the ones are is where the field lies.
/// </summary>
internal sealed class MirrorType
{
    private readonly Type _type;

    private MirrorType(Type type, string kernelName)
    {
        _type = type;
        KernelName = kernelName;
        SizeBytes = Bytes(Activator.CreateInstance(type)!).Length;
    }

    internal static IReadOnlyList<MirrorType> All { get; } =
    [
        .. typeof(KernelMirrorAttribute).Assembly.GetTypes()
            .Select(type => (Type: type, Mirror: type.GetCustomAttribute<KernelMirrorAttribute>()))
            .Where(entry => entry.Mirror is not null)
            .Select(entry => new MirrorType(entry.Type, entry.Mirror!.Name)),
    ];

    internal string KernelName { get; }

    internal string Name => _type.Name;

    internal int SizeBytes { get; }

    /// <summary>Instance fields in order of declaration.</summary>
    internal IEnumerable<(string Name, int Offset, int Size)> Fields() => _type
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .OrderBy(field => field.MetadataToken)
        .Select(Measure);

    private (string Name, int Offset, int Size) Measure(FieldInfo field)
    {
        object instance = Activator.CreateInstance(_type)!;
        field.SetValue(instance, Generic(nameof(Ones), field.FieldType, []));
        byte[] bytes = Bytes(instance);
        int offset = Array.IndexOf(bytes, (byte)0xff);
        int last = Array.LastIndexOf(bytes, (byte)0xff);

        // A property's field is named <Name>k__BackingField.
        string name = field.Name.Contains('>') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;
        return (name, offset, last - offset + 1);
    }

    private static byte[] Bytes(object instance) => (byte[])Generic(nameof(CopyBytes), instance.GetType(), [instance])!;

    private static object? Generic(string method, Type argument, object[] parameters) => typeof(MirrorType)
        .GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
        .MakeGenericMethod(argument)
        .Invoke(null, parameters);

    private static byte[] CopyBytes<T>(object boxed)
        where T : unmanaged
    {
        T value = (T)boxed;
        return MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
    }

    private static T Ones<T>()
        where T : unmanaged
    {
        Span<byte> bytes = new byte[Unsafe.SizeOf<T>()];
        bytes.Fill(0xff);
        return MemoryMarshal.Read<T>(bytes);
    }
}
