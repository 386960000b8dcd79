using System.Collections.Concurrent;
using System.Diagnostics;

namespace EbpfFirewall.Native.Tests.Support;

/// <summary>
/// Compiles the C files of the folders Objects and Corpus, each once a run. Where <c>EFW_TEST_OBJECTS</c> names a folder, what is compiled
/// is kept there and found there again: machines without a compiler are given a filled one.
/// </summary>
internal static class TestObject
{
    private static readonly ConcurrentDictionary<(string, string, string), Lazy<byte[]>> Compiled = new();

    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Objects");

    internal static string Corpus { get; } = Path.Combine(AppContext.BaseDirectory, "Corpus");

    internal static byte[] Compile(string name, string target = "bpfel", string options = "-mcpu=v3 -g", string clang = "clang-19") =>
        Compiled.GetOrAdd((name, target, options + clang), _ => new Lazy<byte[]>(() => Run(name, target, options, clang))).Value;

    internal static BpfObjectSpec Parse(string name) => BpfObjectSpec.Parse(Compile(name), name);

    /// <summary>Loads one program of an object.</summary>
    internal static BpfObject Load(string name, string program)
    {
        BpfObjectSpec spec = Parse(name);
        foreach (BpfProgramSpec each in spec.Programs.Values)
        {
            each.AutoLoad = each.Name == program;
        }

        return BpfObject.Load(spec);
    }

    /// <summary>The object as a file, for tools.</summary>
    internal static string WriteFile(string name, string clang = "clang-19", string options = "-mcpu=v3 -g")
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory($"efw-native-{Environment.ProcessId}-").FullName, name + ".o");
        File.WriteAllBytes(path, Compile(name, options: options, clang: clang));
        return path;
    }

    /// <summary>Removes what <see cref="WriteFile"/> wrote.</summary>
    internal static void RemoveFile(string path) => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    private static byte[] Run(string name, string target, string options, string clang)
    {
        string? kept = Environment.GetEnvironmentVariable("EFW_TEST_OBJECTS") is { Length: > 0 } folder
            ? Path.Combine(folder, string.Join('.', name, target, options.Replace(" ", "", StringComparison.Ordinal), clang, "o"))
            : null;
        if (File.Exists(kept))
        {
            return File.ReadAllBytes(kept);
        }

        byte[] compiled = RunCompiler(name, target, options, clang);
        if (kept is not null)
        {
            File.WriteAllBytes(kept, compiled);
        }

        return compiled;
    }

    private static byte[] RunCompiler(string name, string target, string options, string clang)
    {
        string output = Path.GetTempFileName();
        try
        {
            string folder = File.Exists(Path.Combine(Folder, name + ".bpf.c")) ? Folder : Corpus;
            string arguments = $"-I{Folder} -O2 -Wall -Werror -Wno-unused-variable -target {target} {options} -c {name}.bpf.c -o {output}";
            ProcessStartInfo start = new(clang, arguments) { WorkingDirectory = folder, RedirectStandardError = true };
            using Process compiler = Process.Start(start)!;
            string errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? File.ReadAllBytes(output) : throw new InvalidOperationException(errors);
        }
        finally
        {
            File.Delete(output);
        }
    }
}
