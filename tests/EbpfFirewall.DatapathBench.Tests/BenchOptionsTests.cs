namespace EbpfFirewall.DatapathBench;

public sealed class BenchOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("efw-bench-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_words_everything_is_measured_in_full()
    {
        BenchOptions options = BenchOptions.Parse([_folder]);

        options.Sections.Should().Equal(Section.All);
        options.Quick.Should().BeFalse();
        options.Attachments.Should().Be(1_000);
        options.Rounds.Should().BeGreaterThanOrEqualTo(11);
        options.PolicySizes.Should().Be((1_000, 100_000));
        options.Foreign.Should().BeNull();
    }

    [Fact]
    public void Sections_run_in_their_order_and_once_however_they_are_asked_for()
    {
        BenchOptions options = BenchOptions.Parse([_folder, "events", "micro", "events", "--quick"]);

        options.Sections.Should().Equal(Section.Micro, Section.Events);
        options.Quick.Should().BeTrue();
        options.Attachments.Should().Be(50);
    }

    [Fact]
    public void An_object_is_named_with_or_without_its_program()
    {
        string file = CreateFile("peer.bpf.o");

        BenchOptions.Parse([_folder, "--object", file]).Foreign.Should().Be(((string, string?))(file, null));
        BenchOptions.Parse([_folder, "--object", $"{file}:filter"]).Foreign.Should().Be((file, "filter"));
    }

    [Fact]
    public void A_colon_may_be_part_of_the_files_name()
    {
        string file = CreateFile("a:b.o");

        BenchOptions.Parse([_folder, "--object", file]).Foreign.Should().Be(((string, string?))(file, null));
        BenchOptions.Parse([_folder, "--object", $"{file}:filter"]).Foreign.Should().Be((file, "filter"));
    }

    [Theory]
    [InlineData("--fast", "There is no option --fast.")]
    [InlineData("latency", "There is no section 'latency': they are micro, insitu, e2e, events, load, attach.")]
    [InlineData("--results", "--results needs a value.")]
    [InlineData("--results /no/such/folder", "There is no folder '/no/such/folder' to write the results to.")]
    [InlineData("--object /no/such.o:filter", "There is no object file '/no/such.o'.")]
    [InlineData("--attachments many", "--attachments takes a number from 2 to 10000, not 'many'.")]
    [InlineData("--attachments 1", "--attachments takes a number from 2 to 10000, not '1'.")]
    public void What_cannot_be_done_is_said_in_words(string words, string message)
    {
        Action parse = () => BenchOptions.Parse([_folder, .. words.Split(' ')]);

        parse.Should().Throw<UsageException>().WithMessage(message);
    }

    [Fact]
    public void An_object_that_no_section_would_measure_is_refused()
    {
        Action parse = () => BenchOptions.Parse([_folder, "micro", "--object", CreateFile("peer.o")]);

        parse.Should().Throw<UsageException>().WithMessage("--object is measured in insitu and e2e*");
    }

    private string CreateFile(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, "");
        return path;
    }
}
