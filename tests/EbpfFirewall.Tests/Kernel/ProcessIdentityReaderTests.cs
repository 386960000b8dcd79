using System.Text;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Tests.Kernel;

public sealed class ProcessIdentityReaderTests
{
    private static readonly ProcessKey Key = new(4711, 2, 123_450_000_000);

    [Fact]
    public void Numbers_and_the_name_are_taken_over()
    {
        var record = new ProcessRecord { Uid = 1000 };
        Write(record.Comm, "exactly-15-byte");

        ProcessIdentity identity = ProcessIdentityReader.Read(Key, record);

        identity.ProcessId.Should().Be(4711);
        identity.StartTime.Should().Be(TimeSpan.FromSeconds(123.45));
        identity.UserId.Should().Be(1000);
        identity.Name.Should().Be("exactly-15-byte");
    }

    [Theory]
    [InlineData("curl\0-s\0\0a b\0", new[] { "curl", "-s", "", "a b" })]
    [InlineData("curl", new[] { "curl" })]
    [InlineData("", new string[0])]
    [InlineData("\0", new[] { "" })]
    [InlineData("grün\0例\0", new[] { "grün", "例" })]
    public void Arguments_are_cut_at_their_ends(string bytes, string[] arguments)
    {
        var record = new ProcessRecord { ArgsBytes = (uint)Encoding.UTF8.GetByteCount(bytes) };
        Write(record.Args, bytes);

        ProcessIdentity identity = ProcessIdentityReader.Read(Key, record);

        identity.Arguments.Should().Equal(arguments);
        identity.ArgumentsTruncated.Should().BeFalse();
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(1025, true)]
    [InlineData(2_000_000_000, true)]
    public void An_argument_vector_that_did_not_fit_says_so(uint bytes, bool isTruncated)
    {
        var record = new ProcessRecord { ArgsBytes = bytes };
        Span<byte> args = record.Args;
        args.Fill((byte)'x');

        ProcessIdentity identity = ProcessIdentityReader.Read(Key, record);

        identity.Arguments.Should().Equal(new string('x', 1024));
        identity.ArgumentsTruncated.Should().Be(isTruncated);
    }

    [Theory]
    [InlineData(1u, "/usr/bin/curl")]
    [InlineData(0u, ".../usr/bin/curl")]
    public void A_path_is_put_together_from_the_file_up_and_says_when_it_is_cut(uint isWhole, string path)
    {
        var record = new ProcessRecord { ExeWhole = isWhole };
        Component(ref record, 0, "curl");
        Component(ref record, 1, "bin");
        Component(ref record, 3, "usr"); // slot 2: a mount point

        ProcessIdentityReader.Read(Key, record).Executable.Should().Be(path);
    }

    [Fact]
    public void Without_components_there_is_no_path() => ProcessIdentityReader.Read(Key, new ProcessRecord { ExeWhole = 1 }).Executable.Should().BeEmpty();

    [Fact]
    public void Parents_stand_the_nearest_first()
    {
        var record = new ProcessRecord { ParentCount = 2 };
        record.Parents[0] = Parent(4700, 120_000_000_000, "bash");
        record.Parents[1] = Parent(1, 0, "init");

        ProcessIdentityReader.Read(Key, record).Parents.Should().Equal(
            new ParentProcess(4700, TimeSpan.FromSeconds(120), "bash"),
            new ParentProcess(1, TimeSpan.Zero, "init"));
    }

    [Fact]
    public void A_count_that_cannot_be_is_cut_to_the_slots_there_are() =>
        ProcessIdentityReader.Read(Key, new ProcessRecord { ParentCount = uint.MaxValue }).Parents.Should().HaveCount(8);

    [Fact]
    public void A_key_alone_names_the_process_and_nothing_else()
    {
        ProcessIdentity identity = ProcessIdentityReader.FromKey(Key);

        identity.Should().BeEquivalentTo(new ProcessIdentity { ProcessId = 4711, StartTime = TimeSpan.FromSeconds(123.45) });
    }

    [Fact]
    public void The_empty_key_is_nobody() => ProcessIdentityReader.FromKey(default).Should().BeSameAs(ProcessIdentity.Unknown);

    private static ParentRecord Parent(uint pid, ulong start, string comm)
    {
        var parent = new ParentRecord { ProcessId = pid, StartNs = start };
        Write(parent.Comm, comm);
        return parent;
    }

    private static void Component(ref ProcessRecord record, int slot, string name)
    {
        Span<byte> slots = record.Exe;
        Encoding.UTF8.GetBytes(name, slots[(slot * ExecutableSlots.SlotBytes)..]);
    }

    private static void Write(Span<byte> field, string text) => Encoding.UTF8.GetBytes(text, field);
}
