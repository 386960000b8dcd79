using System.Reflection;
using EbpfFirewall.Core.Tests.Support;

namespace EbpfFirewall.PublicApi.Tests;

/// <summary>
/// The public surface of every package, held by an approved text beside this file. A change shows as a difference there, in the
/// commit that makes it.
/// </summary>
public sealed class ApprovedApiTests
{
    private const string HowToApprove =
        "If the change is meant, approve it: EFW_APPROVE=1 dotnet test tests/EbpfFirewall.PublicApi.Tests, and commit the text.";

    private static readonly string[] Names = ["EbpfFirewall.Core", "EbpfFirewall.Native", "EbpfFirewall.Dns", "EbpfFirewall"];

    public static TheoryData<string> Packages => [.. Names];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_public_api_of_a_package_is_the_approved_one(string package)
    {
        string path = RepositoryFiles.PathOf("tests", "EbpfFirewall.PublicApi.Tests", "Approved", $"{package}.txt");
        string actual = ApiText.Of(Assembly.Load(package));
        if (Environment.GetEnvironmentVariable("EFW_APPROVE") == "1")
        {
            File.WriteAllText(path, actual);
        }

        string approved = File.Exists(path) ? File.ReadAllText(path) : "";

        TextDifference.Between(approved, actual).Should().BeEmpty(HowToApprove);
    }

    [Fact]
    public void There_is_an_approved_text_for_every_package_and_for_nothing_else()
    {
        IEnumerable<string> sources = Directory.GetDirectories(RepositoryFiles.PathOf("src")).Select(path => Path.GetFileName(path)!);
        IEnumerable<string> approved = Directory.GetFiles(RepositoryFiles.PathOf("tests", "EbpfFirewall.PublicApi.Tests", "Approved"))
            .Select(path => Path.GetFileNameWithoutExtension(path));

        approved.Should().BeEquivalentTo(sources);
        Names.Should().BeEquivalentTo(sources);
    }
}
