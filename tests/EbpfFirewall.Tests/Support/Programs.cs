using System.Globalization;

namespace EbpfFirewall.Tests.Support;

/// <summary>Programs of one's own: copies of Python in a folder.</summary>
internal sealed class Programs : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private static int _made;
    private readonly List<string> _mounts = [];

    /// <summary>The folder.</summary>
    internal string Folder { get; } = Directory.CreateDirectory(Path.Combine(
        Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"efw-programs-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}"))).FullName;

    internal string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Makes a program; one that has the name is replaced in one step.</summary>
    internal string Copy(string name)
    {
        string path = PathOf(name);
        File.Copy(File.ResolveLinkTarget(Python, returnFinalTarget: true)?.FullName ?? Python, path + ".new");
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    internal string Link(string name, string target)
    {
        File.CreateSymbolicLink(PathOf(name), target);
        return PathOf(name);
    }

    internal string HardLink(string name, string target)
    {
        Shell.Output($"ln '{target}' '{PathOf(name)}'");
        return PathOf(name);
    }

    internal string Script(string name, string interpreter, string content = "")
    {
        File.WriteAllText(PathOf(name), $"#!{interpreter}\n{content}");
        File.SetUnixFileMode(PathOf(name), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return PathOf(name);
    }

    /// <summary>Mounts something on a new folder.</summary>
    internal string Mount(string name, string type, string options)
    {
        string at = Directory.CreateDirectory(PathOf(name)).FullName;
        Shell.Output($"mount -t {type} -o '{options}' efw '{at}'");
        _mounts.Add(at);
        return at;
    }

    public void Dispose()
    {
        foreach (string mount in Enumerable.Reverse(_mounts))
        {
            Shell.Output($"umount '{mount}'");
        }

        Directory.Delete(Folder, recursive: true);
    }
}
