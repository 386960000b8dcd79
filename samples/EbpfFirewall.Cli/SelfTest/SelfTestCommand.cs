using System.Diagnostics;
using EbpfFirewall.Cli.SelfTest.Attempts;
using EbpfFirewall.Cli.SelfTest.Lab;
using EbpfFirewall.Cli.SelfTest.Report;
using EbpfFirewall.Cli.SelfTest.Running;

namespace EbpfFirewall.Cli.SelfTest;

/// <summary>
/// <c>efw selftest</c>: attacks a sandbox of this machine's own, in network namespaces that lead nowhere else, and says what came of it.
/// </summary>
internal sealed class SelfTestCommand(SelfTestSettings settings, string[] arguments)
{
    public const string Verb = "selftest";

    /// <summary>Tells the process inside from the one that makes its namespace.</summary>
    public const string InsideOption = "--inside";

    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            await Console.Error.WriteLineAsync("efw: the self-test makes network namespaces and sandboxes: run it as root.");
            return ExitCodes.OwnFailure;
        }

        return settings.Inside ? await AttackAsync(cancellationToken) : await EnterAsync();
    }

    private async Task<int> EnterAsync()
    {
        using Process inside = TestNetwork.StartInNew(OwnProgram.Plain([.. arguments, InsideOption]));
        await inside.WaitForExitAsync(CancellationToken.None);
        return inside.ExitCode;
    }

    private async Task<int> AttackAsync(CancellationToken cancellationToken)
    {
        Attempt[] attempts = [.. AttemptList.All.Where(IsChosen)];
        if (attempts.Length == 0)
        {
            await Console.Error.WriteLineAsync("efw: there is no such attempt.");
            return ExitCodes.OwnFailure;
        }

        long start = Stopwatch.GetTimestamp();
        List<AttemptResult> results = [];
        using (Laboratory lab = Laboratory.Create())
        {
            await using var suite = new Suite(lab);
            await suite.StartAsync(cancellationToken);
            foreach (Attempt attempt in attempts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                AttemptResult result = await suite.MakeAsync(attempt, cancellationToken);
                results.Add(result);
                if (settings.Verbose)
                {
                    await Console.Error.WriteLineAsync(ResultText.Line(result));
                }
            }
        }

        var report = new SelfTestReport(results, Stopwatch.GetElapsedTime(start));
        await Console.Out.WriteLineAsync(settings.Json ? ResultJson.Format(report) : ResultText.Format(report));
        if (settings.MarkdownFile is { } file)
        {
            await File.WriteAllTextAsync(file, ResultMarkdown.Format(report), cancellationToken);
        }

        return report.AsExpected ? ExitCodes.Success : ExitCodes.NotAsExpected;
    }

    private bool IsChosen(Attempt attempt) =>
        (settings.Categories.Count == 0 || settings.Categories.Contains(attempt.Category))
        && (settings.Attempts.Count == 0 || settings.Attempts.Contains(attempt.Id, StringComparer.OrdinalIgnoreCase));
}
