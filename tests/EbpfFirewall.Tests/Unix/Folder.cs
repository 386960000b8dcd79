namespace EbpfFirewall.Tests.Unix;

/// <summary>A directory of its own, with a short path, that everybody may use.</summary>
internal sealed class Folder : IDisposable
{
    internal Folder()
    {
        Path = Directory.CreateTempSubdirectory("efwu").FullName;
        File.SetUnixFileMode(Path, (UnixFileMode)511);
    }

    internal string Path { get; }

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
