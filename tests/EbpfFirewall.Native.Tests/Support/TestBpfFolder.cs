namespace EbpfFirewall.Native.Tests.Support;

/// <summary>A folder on the BPF file system of the test's own, gone afterwards.</summary>
internal sealed class TestBpfFolder : IDisposable
{
    internal TestBpfFolder(string name)
    {
        Path = System.IO.Path.Combine(BpfFileSystem.FindOrMount(), $"efw-native-{Environment.ProcessId}-{name}");
        BpfFileSystem.MakeDirectory(Path);
    }

    internal string Path { get; }

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => BpfFileSystem.RemoveTree(Path);
}
