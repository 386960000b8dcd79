using System.Reflection;
using EbpfFirewall.Core.Tests.Support;

namespace EbpfFirewall.Core.Tests.Errors;

/// <summary>Every code has a page and a place where it is thrown, and every page has its code.</summary>
public sealed class ErrorCodeTests
{
    public static TheoryData<string, string> Codes
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (FieldInfo constant in typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                data.Add(constant.Name, (string)constant.GetRawConstantValue()!);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_has_the_common_form(string name, string code)
    {
        code.Should().MatchRegex("^EFW[0-9]{4}$", "{0} is a stable code", name);
    }

    [Fact]
    public void No_two_codes_are_equal()
    {
        Codes.Select(row => row[1]).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_has_a_page_that_names_it(string name, string code)
    {
        string page = RepositoryFiles.PathOf("docs", "errors", $"{code}.md");

        File.Exists(page).Should().BeTrue("{0} needs docs/errors/{1}.md", name, code);
        File.ReadAllText(page).Should().StartWith($"# {code}: ").And.Contain("## What to do");
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_is_thrown_somewhere(string name, string code)
    {
        IEnumerable<string> users = new[] { "src", "samples" }
            .SelectMany(folder => Directory.EnumerateFiles(RepositoryFiles.PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => Path.GetFileName(file) != "ErrorCodes.cs" && File.ReadAllText(file).Contains($"ErrorCodes.{name}", StringComparison.Ordinal));

        users.Should().NotBeEmpty("{0} ({1}) is in use, or is retired and leaves ErrorCodes", name, code);
    }

    [Fact]
    public void A_page_without_a_code_is_of_a_retired_one_and_says_so()
    {
        HashSet<string> codes = [.. Codes.Select(row => (string)row[1])];
        foreach (string page in Directory.EnumerateFiles(RepositoryFiles.PathOf("docs", "errors"), "EFW*.md"))
        {
            if (!codes.Contains(Path.GetFileNameWithoutExtension(page)))
            {
                File.ReadAllText(page).Should().Contain("Retired", "{0} has no constant", page);
            }
        }
    }
}
