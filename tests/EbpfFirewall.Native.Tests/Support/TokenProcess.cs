namespace EbpfFirewall.Native.Tests.Support;

/// <summary>
/// <c>token OBJECT</c>, in a user namespace: asks for a delegation by writing its descriptor, waits for a line, and writes what it can do
/// then, a line each.
/// </summary>
internal static class TokenProcess
{
    internal static int Run(string path)
    {
        using BpfDelegation delegation = BpfDelegation.Request();
        Console.WriteLine(delegation.Descriptor);
        Console.ReadLine();
        BpfObjectSpec spec = BpfObjectSpec.Parse(File.ReadAllBytes(path), "token");

        Try("without a token", () => BpfObject.Load(spec).Dispose());
        using BpfToken token = delegation.CreateToken();
        Try("with a token", () =>
        {
            using BpfObject loaded = BpfObject.Load(spec, new BpfLoadOptions { Token = token });
            Console.WriteLine($"{loaded.Programs.Count} programs, value {loaded.Variables["denied_port"].Get<ushort>()}");
        });
        Try("a map by hand", () => BpfMap.Create(new BpfMapSpec("hand", BpfMapType.Hash, 4, 4, 1), token).Dispose());
        Try("a map of another type", () => BpfMap.Create(new BpfMapSpec("trie", BpfMapType.LpmTrie, 8, 4, 1), token).Dispose());
        string folder = Directory.CreateTempSubdirectory("efw-token-").FullName;
        Try("by path", () =>
        {
            delegation.MountAt(folder);
            using BpfToken second = BpfToken.Create(folder);
            BpfMap.Create(new BpfMapSpec("path", BpfMapType.Array, 4, 4, 1), second).Dispose();
        });
        Try("by a folder that is none", static () => BpfToken.Create("/tmp").Dispose());
        return 0;
    }

    private static void Try(string what, Action action)
    {
        try
        {
            action();
            Console.WriteLine($"{what}: done");
        }
        catch (BpfException refusal)
        {
            Console.WriteLine($"{what}: {refusal.Error}");
        }
    }
}
