namespace EbpfFirewall.TestKit;

/// <summary>Finds the checkout that the running tests were built from.</summary>
public static class RepositoryRoot
{
    /// <summary>Absolute path of the folder with the solution.</summary>
    public static string Path { get; } = Find();

    /// <summary>Build configuration of the running tests as it stands in artifact paths: <c>debug</c> or <c>release</c>.</summary>
    public static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory).Name;

    /// <summary>Absolute path of something in the checkout.</summary>
    public static string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "EbpfFirewall.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"No EbpfFirewall.sln above {AppContext.BaseDirectory}.");
    }
}
