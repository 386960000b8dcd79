namespace EbpfFirewall;

/// <summary>The binaries that this assembly carries.</summary>
internal static class EmbeddedFiles
{
    public static byte[] Read(string name)
    {
        using Stream stream = typeof(EmbeddedFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly carries no '{name}'");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
