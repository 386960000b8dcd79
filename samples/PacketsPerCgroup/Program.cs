using EbpfFirewall.Native;

// packets-per-cgroup OBJECT CGROUP: counts what the cgroups below CGROUP send, until Enter is pressed.
BpfObjectSpec spec = BpfObjectSpec.Parse(File.ReadAllBytes(args[0]));
using BpfObject loaded = BpfObject.Load(spec);
using Cgroup top = Cgroup.Open(args[1]);
using BpfLink link = loaded.Programs["count"].AttachToCgroup(top);
Console.WriteLine("counting");
Console.ReadLine();

Dictionary<ulong, string> names = [];
foreach (string path in Directory.EnumerateDirectories(top.Path, "*", SearchOption.AllDirectories).Prepend(top.Path))
{
    using Cgroup cgroup = Cgroup.Open(path);
    names[cgroup.Id] = path;
}

foreach ((ulong id, ulong packets) in loaded.Maps["packets"].As<ulong, ulong>().Enumerate().OrderByDescending(e => e.Value))
{
    Console.WriteLine($"{packets,10} {names.GetValueOrDefault(id, $"(cgroup {id})")}");
}
