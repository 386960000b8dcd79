namespace EbpfFirewall.Native.Tests.Support;

/// <summary>
/// The test assembly as a program of its own: <c>serve</c> reads lines of OBJECT, tab, FOLDER; it loads the object, pins its programs below
/// FOLDER/p and its maps below FOLDER/m, and answers with a line: <c>loaded</c>, or <c>refused</c>, tab and the reason. What is neither is
/// a defect and ends the process.
/// </summary>
internal static class LoaderProcess
{
    internal const string Loaded = "loaded";
    private const string Refused = "refused";

    private static int Main(string[] arguments)
    {
        if (arguments is not ["serve"])
        {
            Console.Error.WriteLine("usage: serve");
            return 2;
        }

        while (Console.ReadLine()?.Split('\t') is [string path, string folder])
        {
            try
            {
                Load(path, folder);
                Console.WriteLine(Loaded);
            }
            catch (Exception refusal) when (refusal is BpfException or BpfFormatException or InvalidOperationException)
            {
                Console.WriteLine($"{Refused}\t{refusal.Message.ReplaceLineEndings(" ").Replace('\t', ' ')}");
            }
        }

        return 0;
    }

    private static void Load(string path, string folder)
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(File.ReadAllBytes(path), Path.GetFileNameWithoutExtension(path));
        using BpfObject loaded = BpfObject.Load(spec);
        BpfFileSystem.MakeDirectory(Path.Combine(folder, "p"));
        BpfFileSystem.MakeDirectory(Path.Combine(folder, "m"));
        foreach (BpfProgram program in loaded.Programs.Values)
        {
            program.Pin(Path.Combine(folder, "p", BpfFileSystem.SafeName(program.Name)));
        }

        foreach (BpfMap map in loaded.Maps.Values)
        {
            map.Pin(Path.Combine(folder, "m", BpfFileSystem.SafeName(map.Name)));
        }
    }
}
