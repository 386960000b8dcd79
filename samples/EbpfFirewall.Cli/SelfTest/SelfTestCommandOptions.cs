using System.CommandLine;
using EbpfFirewall.Cli.SelfTest.Attempts;

namespace EbpfFirewall.Cli.SelfTest;

/// <summary>The options of <c>efw selftest</c>, as the parser knows them.</summary>
internal sealed class SelfTestCommandOptions
{
    private readonly Option<string[]> _categories = new("--category")
    {
        Description = $"Only these categories, letters between commas: {string.Join("; ", AttemptList.Categories.Select(entry => $"{entry.Key} {entry.Value}"))}.",
        HelpName = "letters",
    };

    private readonly Option<string[]> _attempts = new("--attempt")
    {
        Description = "Only this attempt (repeatable).",
        HelpName = "id",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the result as JSON." };

    private readonly Option<string?> _markdown = new("--markdown") { Description = "Write the table to this file, too.", HelpName = "file" };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Say each result when it is known." };

    private readonly Option<bool> _inside = new(SelfTestCommand.InsideOption) { Hidden = true };

    public void AddTo(Command command)
    {
        command.Options.Add(_categories);
        command.Options.Add(_attempts);
        command.Options.Add(_json);
        command.Options.Add(_markdown);
        command.Options.Add(_verbose);
        command.Options.Add(_inside);
        command.Validators.Add(result =>
        {
            foreach (char letter in Letters(result.GetValue(_categories)).Where(letter => !AttemptList.Categories.ContainsKey(letter)))
            {
                result.AddError($"there is no category '{letter}'; there are {string.Join(", ", AttemptList.Categories.Keys)}.");
            }
        });
    }

    public SelfTestSettings Read(ParseResult result) => new(
        [.. Letters(result.GetValue(_categories))],
        result.GetValue(_attempts) ?? [],
        result.GetValue(_json),
        result.GetValue(_verbose),
        result.GetValue(_markdown),
        result.GetValue(_inside));

    private static IEnumerable<char> Letters(string[]? values) =>
        (values ?? []).SelectMany(value => value.Split(',')).SelectMany(letters => letters.ToUpperInvariant());
}
