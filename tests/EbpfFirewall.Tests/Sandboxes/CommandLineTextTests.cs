using System.Diagnostics;
using System.Text;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Tests.Sandboxes;

/// <summary>.NET itself is the judge: what its <see cref="Process"/> makes of the text is what a program gets.</summary>
public sealed class CommandLineTextTests
{
    private static readonly string[] Pieces =
        ["\"", "\\", "\\\\", "\\\"", "\"\"", " ", "\t", "\n", "'", "a", "-", "--", "ü", "例", "\U0001F600", "$x", "`", "*", "%s", "="];

    [Fact]
    public void Arguments_that_are_hard_to_quote_come_back()
    {
        string[] arguments = ["", " ", "\"", "\\", "\\\\", "\\\"", "a\\", "a b\\", "\\\\\"", "\"\"", "\"a\"", "a\"b", "--", "-c", "line\nbreak", "\t", "ünï"];

        ReadBack(arguments).Should().Equal(arguments);
    }

    [Fact]
    public void None_is_the_empty_text() => CommandLineText.Join([]).Should().BeEmpty();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_arguments_come_back(int seed)
    {
        var random = new Random(seed);
        string[] arguments = [.. Enumerable.Range(0, 300).Select(_ => Argument(random))];

        ReadBack(arguments).Should().Equal(arguments);
    }

    private static string Argument(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(8); i > 0; i--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }

        return text.ToString();
    }

    private static string[] ReadBack(string[] arguments)
    {
        string text = CommandLineText.Join(["%s\\0", .. arguments]);
        using Process printf = Process.Start(new ProcessStartInfo("/usr/bin/printf", text)
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        string output = printf.StandardOutput.ReadToEnd();
        printf.WaitForExit();
        return output.Split('\0')[..^1];
    }
}
