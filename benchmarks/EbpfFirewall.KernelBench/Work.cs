namespace EbpfFirewall.KernelBench;

/// <summary>A line of the table.</summary>
/// <param name="Title">What is measured.</param>
/// <param name="Name">The name of it in <see cref="Workloads"/>.</param>
/// <param name="Yardstick">Its name in yardstick.c.</param>
/// <param name="Reference">What the yardstick uses.</param>
/// <param name="Count">How many of it are done in a round.</param>
/// <param name="Unit">One of them.</param>
internal sealed record Work(string Title, string Name, string Yardstick, string Reference, int Count, string Unit)
{
    internal static readonly Work[] All =
    [
        new("load an object, 2 programs, 4 maps", "load", "load", "libbpf", 200, "object"),
        new("update, one by one", "update", "update", "libbpf", 1_000_000, "element"),
        new("update, in batches of 4096", "batch", "batch", "libbpf", 1_000_000, "element"),
        new("look up, one by one", "lookup", "lookup", "libbpf", 1_000_000, "element"),
        new("enumerate", "iterate", "iterate", "libbpf, batches", 1_000_000, "element"),
        new("drain a full ring buffer", "ring", "ring", "a raw C reader", 8 << 20, "record"),
        new("drain a full ring buffer", "ring", "ring-libbpf", "libbpf", 8 << 20, "record"),
        new("read a ring buffer beside its producer", "stream", "stream", "a raw C reader", 8 << 20, "record"),
        new("read a ring buffer beside its producer", "stream", "stream-libbpf", "libbpf", 8 << 20, "record"),
    ];
}
