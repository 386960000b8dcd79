namespace EbpfFirewall.Kernel.Records;

/// <summary>Names the C struct (bpf/include) that a type mirrors and that specifies every field; a test compares the two.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class KernelMirrorAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
