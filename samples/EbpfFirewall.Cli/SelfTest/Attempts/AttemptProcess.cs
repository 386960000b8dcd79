using System.Text.Json;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>The process that makes attempts: takes orders from its input, one a line, and reports each on its output.</summary>
internal static class AttemptProcess
{
    public const string Verb = "selftest-attempts";

    public static int Execute()
    {
        while (Console.In.ReadLine() is { } line)
        {
            AttemptOrder order = JsonSerializer.Deserialize(line, MessageContext.Default.AttemptOrder)!;
            Console.Out.WriteLine(JsonSerializer.Serialize(Make(order), MessageContext.Default.AttemptReport));
            Console.Out.Flush();
        }

        return ExitCodes.Success;
    }

    private static AttemptReport Make(AttemptOrder order)
    {
        using var run = new AttemptRun(order);
        bool completed = false;
        try
        {
            AttemptList.All.Single(attempt => attempt.Id == order.Id).Run(run);
            completed = true;
        }
        catch (AttemptRefusedException)
        {
        }
        catch (Exception error)
        {
            run.Note = $"{error.GetType().Name}: {error.Message}";
        }

        return new AttemptReport(order.Id, run.Steps, completed, run.Note, run.Processes);
    }
}
