using System.Collections.Immutable;

namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>Client programs as people write them. Each prints "N requests, M failed" and exits with 0 or 1.</summary>
internal static class ClientPrograms
{
    private const string PythonScript = """
        import sys, urllib.request
        failures = []
        for _ in range(int(sys.argv[2])):
            try:
                urllib.request.urlopen(sys.argv[1], timeout=10).read()
            except Exception as error:
                failures.append(repr(error))
        print(sys.argv[2], "requests,", len(failures), "failed", *set(failures))
        sys.exit(1 if failures else 0)
        """;

    private const string CurlScript = """
        failed=0
        for i in $(seq "$2"); do
          curl -sS --max-time 10 -o /dev/null "$1" || failed=$((failed + 1))
        done
        echo "$2 requests, $failed failed"
        [ $failed -eq 0 ]
        """;

    /// <summary>True with <c>EFW_FULL=1</c>: the numbers of the committed table.</summary>
    internal static bool IsFullRun { get; } = Environment.GetEnvironmentVariable("EFW_FULL") == "1";

    internal static int RequestCount { get; } = IsFullRun ? 1000 : 50;

    /// <summary>What runs for a host name and a number of requests.</summary>
    internal static ImmutableSortedDictionary<string, Func<string, int, Command>> All { get; } =
        new Dictionary<string, Func<string, int, Command>>
        {
            [".NET HttpClient, http"] = (host, count) => DotNet("http", $"http://{host}/", $"{count}"),
            [".NET HttpClient, https"] = (host, count) => DotNet("http", $"https://{host}/", $"{count}"),
            [".NET HttpClient, https, one pool"] = (host, count) => DotNet("http-shared", $"https://{host}/", $"{count}"),
            [".NET TcpClient"] = (host, count) => DotNet("tcp", host, $"{World.EchoPort}", $"{count}"),
            ["curl, http"] = (host, count) => new Command("sh", "-c", CurlScript, "curl", $"http://{host}/", $"{count}"),
            ["curl, https"] = (host, count) => new Command("sh", "-c", CurlScript, "curl", $"https://{host}/", $"{count}"),
            ["Python urllib, http"] = (host, count) => new Command("python3", PythonArguments($"http://{host}/", count)),
            ["Python urllib, https"] = (host, count) => new Command("python3", PythonArguments($"https://{host}/", count)),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    internal static ImmutableArray<string> PythonArguments(string url, int count) => ["-c", PythonScript, url, $"{count}"];

    internal static ImmutableArray<string> DotNetArguments(params ReadOnlySpan<string> arguments) =>
    [
        "exec",
        RepositoryRoot.Combine(
            "artifacts", "bin", "EbpfFirewall.TestKit.Client", RepositoryRoot.Configuration, "EbpfFirewall.TestKit.Client.dll"),
        .. arguments,
    ];

    private static Command DotNet(params ReadOnlySpan<string> arguments) => new("dotnet", DotNetArguments(arguments));
}
