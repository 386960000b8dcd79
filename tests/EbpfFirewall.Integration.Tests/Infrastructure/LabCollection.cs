namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>All tests share one lab, and so run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class LabCollection : ICollectionFixture<LabFixture>
{
    public const string Name = "lab";
}
