using System.Globalization;
using System.Text.RegularExpressions;
using EbpfFirewall.Core.Tests.Support;

namespace EbpfFirewall.Tests.Layout;

/// <summary>Reads numbers out of C headers that keep to one simple form: every enumerator and constant has its number written out.</summary>
internal sealed class CHeader
{
    private readonly string _text;

    internal CHeader(params string[] path) =>
        _text = Regex.Replace(RepositoryFiles.Read(path), @"/\*.*?\*/|//[^\n]*", "", RegexOptions.Singleline);

    /// <summary>The enumerators by name. An enumerator without a number of its own fails.</summary>
    internal Dictionary<string, long> Enum(string name)
    {
        Match body = Regex.Match(_text, $@"enum {name} \{{(?<body>[^}}]*)\}}");
        body.Success.Should().BeTrue($"the header has enum {name}");
        return body.Groups["body"].Value
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => Regex.Match(entry, @"^(?<name>\w+) = (?<number>\d+)$"))
            .ToDictionary(
                entry => entry.Groups["name"].Value,
                entry => long.Parse(entry.Groups["number"].Value, CultureInfo.InvariantCulture));
    }

    internal long Constant(string name)
    {
        Match constant = Regex.Match(_text, $@"#define {name}\s+(?<number>\d+)");
        constant.Success.Should().BeTrue($"the header has #define {name}");
        return long.Parse(constant.Groups["number"].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Tags of the structures that the members of a structure have.</summary>
    internal string[] StructMembers(string name)
    {
        Match body = Regex.Match(_text, $@"struct {name} \{{(?<body>[^}}]*)\}}");
        return [.. Regex.Matches(body.Groups["body"].Value, @"struct (?<tag>\w+) \w+;").Select(match => match.Groups["tag"].Value)];
    }

    /// <summary><c>SOME_WORDS</c> as <c>SomeWords</c>.</summary>
    internal static string Pascal(string name) =>
        string.Concat(name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));
}
