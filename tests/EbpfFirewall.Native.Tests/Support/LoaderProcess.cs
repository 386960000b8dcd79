namespace EbpfFirewall.Native.Tests.Support;

/// <summary>
/// The test assembly as a program of its own. <c>load OBJECT FOLDER</c> loads an object and pins its programs below FOLDER/p and its maps
/// below FOLDER/m. Exit code 0: loaded; 1: refused, with the reason on standard error; anything else: a defect.
/// </summary>
internal static class LoaderProcess
{
    internal const int Refused = 1;

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

        if (arguments is not ["load", string path, string folder])
        {
            Console.Error.WriteLine("usage: load OBJECT FOLDER | token OBJECT");
            return 2;
        }

        try
        {
            Load(path, folder);
            return 0;
        }
        catch (Exception refusal) when (refusal is BpfException or BpfFormatException or InvalidOperationException)
        {
            Console.Error.WriteLine(refusal.Message);
            return Refused;
        }
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
