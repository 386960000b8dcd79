using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>A program of somebody else's object, loaded with its maps empty.</summary>
internal sealed class ForeignProgram : IDisposable
{
    private readonly BpfObject _object;

    private ForeignProgram(BpfObject loaded, BpfProgram program) => (_object, Program) = (loaded, program);

    internal BpfProgram Program { get; }

    /// <summary>Whether it belongs to an interface and not to a cgroup.</summary>
    internal bool IsClassifier => Program.Type == BpfProgramType.SchedCls;

    /// <exception cref="UsageException">There is no such program, or it is none that judges what is sent.</exception>
    internal static ForeignProgram Load(string file, string? name)
    {
        BpfObjectSpec spec = Parse(file);
        BpfProgramSpec chosen = Choose(spec, file, name);
        foreach (BpfProgramSpec program in spec.Programs.Values)
        {
            program.AutoLoad = program.Name == chosen.Name;
        }

        try
        {
            BpfObject loaded = BpfObject.Load(spec);
            return new ForeignProgram(loaded, loaded.Programs[chosen.Name]);
        }
        catch (BpfException error)
        {
            throw new UsageException($"'{file}' cannot be loaded: {error.Message}");
        }
    }

    public void Dispose() => _object.Dispose();

    private static BpfObjectSpec Parse(string file)
    {
        try
        {
            return BpfObjectSpec.Parse(File.ReadAllBytes(file), Path.GetFileName(file));
        }
        catch (BpfFormatException error)
        {
            throw new UsageException($"'{file}' is no BPF object: {error.Message}");
        }
    }

    private static BpfProgramSpec Choose(BpfObjectSpec spec, string file, string? name)
    {
        BpfProgramSpec[] suitable = [.. spec.Programs.Values.Where(IsForEgress)];
        string choice = suitable.Length == 0
            ? "it has none for cgroup_skb/egress or tc"
            : $"it has {string.Join(", ", suitable.Select(static program => program.Name))}";
        if (name is not null)
        {
            return suitable.FirstOrDefault(program => program.Name == name)
                ?? throw new UsageException($"'{file}' has no program '{name}' for what is sent: {choice}.");
        }

        return suitable.Length == 1
            ? suitable[0]
            : throw new UsageException($"'{file}' does not say which program is meant ({choice}): write {file}:PROGRAM.");
    }

    private static bool IsForEgress(BpfProgramSpec program) => program.Type switch
    {
        BpfProgramType.CgroupSkb => program.AttachType is null or BpfAttachType.CgroupInetEgress,
        BpfProgramType.SchedCls => program.AttachType is null or BpfAttachType.TcxEgress,
        _ => false,
    };
}
