namespace EbpfFirewall.Native.Tests.Support;

/// <summary>
/// The test assembly as a program of its own. <c>serve</c> reads lines of OBJECT, tab, FOLDER; it loads the object, pins its programs below
/// FOLDER/p and its maps below FOLDER/m, and answers with a line: <c>loaded</c>, or <c>refused</c>, tab and the reason. What is neither is
/// a defect and ends the process. <c>token OBJECT</c> is <see cref="TokenProcess"/>.
/// </summary>
internal static class LoaderProcess
{
    internal const string Loaded = "loaded";
    private const string Refused = "refused";

    /// <summary>How to start it: the program and its first arguments.</summary>
    internal static string[] Command
    {
        get
        {
            // The test runner is dotnet itself, or the assembly's own host.
            string runner = Environment.ProcessPath!;
            return Path.GetFileNameWithoutExtension(runner) == "dotnet" ? [runner, typeof(LoaderProcess).Assembly.Location] : [runner];
        }
    }

    private static int Main(string[] arguments)
    {
        if (arguments is ["token", string token])
        {
            return TokenProcess.Run(token);
        }

        if (arguments is not ["serve"])
        {
            Console.Error.WriteLine("usage: serve | token OBJECT");
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

    /// <summary>Loads an object and pins what came of it.</summary>
    internal static void Load(string path, string folder)
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
