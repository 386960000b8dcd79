using System.Globalization;
using System.Text;
using EbpfFirewall.Policies;
using EbpfFirewall.Policies.Parsing;

namespace EbpfFirewall.Core.Tests.Policies;

public sealed class InternationalNameTests
{
    [Theory]
    [InlineData("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye")]
    [InlineData("pročnemluvíčesky", "pronemluvesky-4ib78bha")]
    [InlineData("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa")]
    [InlineData("세계의모든사람들이한국어를이해한다면", "989aomm9k97bua391bj7dz9bgnz01c5mb232a29emld0708cea54b")]
    [InlineData("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l")]
    [InlineData("tạisaohọkhôngthểchỉnóitiếngviệt", "tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g")]
    [InlineData("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b")]
    [InlineData("安室奈美恵withsupermonkeys", "withsupermonkeys-lo92az01axoaq90fui3m")]
    [InlineData("majiでkoiする5秒前", "majikoi5-783gue6qz075azm5e")]
    [InlineData("ü", "tda")]
    [InlineData("aü", "a-eha")]
    [InlineData("üa", "a-dha")]
    [InlineData("𠀀", "j50i")]
    [InlineData("z𠀀a𪛖", "za-2x43ag781b")]
    public void A_label_is_encoded_as_RFC_3492_says(string label, string encoded)
    {
        Punycode.Encode([.. label.EnumerateRunes()]).Should().Be(encoded);
    }

    [Fact]
    public void Random_labels_agree_with_the_encoder_of_the_platform()
    {
        IdnMapping platform = new();
        int[] letters = [.. "abz019äöüßéžиюשםあア漢字한글".EnumerateRunes().Select(rune => rune.Value), 0x20000, 0x2A6D6];
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            StringBuilder label = new("ü");
            for (int length = random.Next(1, 12); length > 0; length--)
            {
                label.Append(new Rune(letters[random.Next(letters.Length)]).ToString());
            }

            string text = label.ToString();
            if (text.AsSpan().ContainsAny('ß', 'ש', 'ם'))
            {
                continue; // IDNA 2003 maps ß away and has rules for mixed directions.
            }

            new FirewallPolicyBuilder().Allow(text).Build().Compile()
                .DecideName([(byte)platform.GetAscii(text).Length, .. Encoding.ASCII.GetBytes(platform.GetAscii(text)), 0])
                .Resolves.Should().BeTrue(text);
        }
    }

    [Theory]
    [InlineData("हिन्दी.test")]
    [InlineData("বাংলা.test")]
    [InlineData("தமிழ்.test")]
    [InlineData("ไทย.test")]
    [InlineData("ελληνικός.test")]
    [InlineData("עברית.test")]
    [InlineData("العربية.test")]
    [InlineData("ქართული.test")]
    public void Names_of_many_scripts_are_taken_as_they_are_written(string name)
    {
        FirewallPolicy policy = new FirewallPolicyBuilder().Allow(name).Build();

        policy.Rules[0].Text.Should().Be(name);
        policy.ParsedRules[0].Target.ToString().Should().StartWith("xn--").And.EndWith(".test").And.MatchRegex("^[ -~]*$");
    }

    [Theory]
    [InlineData("ａ.test", 0xFF41)]
    [InlineData("µ.test", 0xB5)]
    [InlineData("ü\u00adx.test", 0xAD)]
    [InlineData("ü·.test", 0xB7)]
    [InlineData("ｱ.test", 0xFF71)]
    [InlineData("①.test", 0x2460)]
    [InlineData("ſ.test", 0x17F)]
    [InlineData("𝐚.test", 0x1D41A)]
    [InlineData("u\u0308.test", 0x308)]
    [InlineData("か\u3099.test", 0x3099)]
    [InlineData("\u093fह.test", 0x93F)]
    [InlineData("ன\u0bc6\u0bbe.test", 0xBBE)]
    [InlineData("ü🙂.test", 0x1F642)]
    public void What_programs_would_spell_otherwise_has_to_be_written_as_its_A_label(string name, int culprit)
    {
        Action build = () => new FirewallPolicyBuilder().Allow(name).Build();

        PolicyProblem problem = build.Should().Throw<PolicyValidationException>().Which.Problems.Should().ContainSingle().Subject;
        problem.Message.Should().Contain($"(U+{culprit:X4})");
        problem.Remedy.Should().Contain("xn--");
    }
}
