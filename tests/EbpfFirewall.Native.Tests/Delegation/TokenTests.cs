using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Delegation;

public sealed class TokenTests
{
    [FeatureFact(Token = true)]
    public void A_process_in_a_user_namespace_can_do_what_was_delegated_to_it_and_no_more()
    {
        string[] lines = RunInUserNamespace(new BpfGrant
        {
            MapTypes = [BpfMapType.Array, BpfMapType.Hash],
            ProgramTypes = [BpfProgramType.CgroupSockAddr],
            AttachTypes = [BpfAttachType.CgroupInet4Connect],
        });

        lines.Should().Equal(
            "without a token: EPERM",
            "1 programs, value 0",
            "with a token: done",
            "a map by hand: done",
            "a map of another type: EPERM",
            "by path: done",
            "by a folder that is none: EINVAL");
    }

    [FeatureFact(Token = true)]
    public void What_was_not_delegated_is_refused_also_with_a_token()
    {
        string[] lines = RunInUserNamespace(new BpfGrant { AttachTypes = [BpfAttachType.CgroupInet6Connect] });

        lines.Should().Contain("with a token: EPERM").And.Contain("a map of another type: done");
    }

    [FeatureFact(Token = true)]
    public void The_initial_namespace_needs_no_token()
    {
        using TestBpfFolder folder = new("token");

        FluentActions.Invoking(() => BpfToken.Create(BpfFileSystem.Find()!)).Should().Throw<BpfException>()
            .Which.Error.Should().BeOneOf(Errno.EOPNOTSUPP, Errno.EPERM, Errno.ENOENT);
        FluentActions.Invoking(() => BpfToken.Create(folder.Path)).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.EINVAL);
    }

    [Fact]
    public void A_kind_beyond_the_bits_of_the_kernel_cannot_be_granted()
    {
        BpfGrant fitting = new() { MapTypes = [BpfMapType.Hash, BpfMapType.Array] };
        BpfGrant beyond = new() { MapTypes = [(BpfMapType)64] };

        fitting.Options().Should().Contain(("delegate_maps", "0x6")).And.Contain(("delegate_progs", "any"));
        beyond.Invoking(static b => b.Options().ToArray()).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static string[] RunInUserNamespace(BpfGrant grant)
    {
        string file = TestObject.WriteFile("connect");
        try
        {
            string[] arguments = ["--user", "--map-root-user", "--mount", .. LoaderProcess.Command, "token", file];
            using Process process = Process.Start(
                new ProcessStartInfo("unshare", arguments) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true })!;
            int descriptor = int.Parse(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException(process.StandardError.ReadToEnd()), CultureInfo.InvariantCulture);
            BpfDelegation.Grant(process.Id, descriptor, grant);
            process.StandardInput.WriteLine("granted");
            string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            process.ExitCode.Should().Be(0, string.Join('\n', lines));
            return lines;
        }
        finally
        {
            TestObject.RemoveFile(file);
        }
    }
}
