using System.Collections.Immutable;

namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>Client programs as people write them.</summary>
internal static class Clients
{
    /// <summary>COUNT requests by urllib, each on a connection of its own.</summary>
    internal const string PythonScript = """
        import sys, urllib.request
        failed = 0
        for _ in range(int(sys.argv[2])):
            try:
                urllib.request.urlopen(sys.argv[1], timeout=10).read()
            except Exception as error:
                failed += 1
                print(type(error).__name__, error)
        print(sys.argv[2], "requests,", failed, "failed")
        sys.exit(1 if failed else 0)
        """;

    /// <summary>COUNT requests, each by a curl process of its own.</summary>
    internal const string CurlScript = """
        failed=0
        for i in $(seq "$2"); do
          curl -sS --max-time 10 -o /dev/null "$1" || failed=$((failed + 1))
        done
        echo "$2 requests, $failed failed"
        [ $failed -eq 0 ]
        """;

    internal static ImmutableArray<string> PythonArguments(string url, int count) => ["-c", PythonScript, url, $"{count}"];

    internal static ImmutableArray<string> CurlArguments(string url, int count) => ["-c", CurlScript, "curl", url, $"{count}"];

    internal static ImmutableArray<string> DotNetArguments(params ReadOnlySpan<string> arguments) =>
    [
        "exec",
        RepositoryRoot.Combine("artifacts", "bin", "EbpfFirewall.TestKit.Client", RepositoryRoot.Configuration, "EbpfFirewall.TestKit.Client.dll"),
        .. arguments,
    ];
}
