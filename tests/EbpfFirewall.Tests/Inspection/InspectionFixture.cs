namespace EbpfFirewall.Tests.Inspection;

/// <summary>The parsers, loaded once a class: the kernel takes longer to check them than the tests to run.</summary>
public sealed class InspectionFixture : IDisposable
{
    private readonly Lazy<InspectionLab> _tls = new(() => new InspectionLab("efw_trial_tls"));
    private readonly Lazy<InspectionLab> _http = new(() => new InspectionLab("efw_trial_http"));
    private readonly Lazy<NameLab> _names = new(() => new NameLab());

    internal InspectionLab Tls => _tls.Value;

    internal InspectionLab Http => _http.Value;

    internal NameLab Names => _names.Value;

    public void Dispose()
    {
        Dispose(_tls);
        Dispose(_http);
        Dispose(_names);
    }

    private static void Dispose<T>(Lazy<T> lab)
        where T : IDisposable
    {
        if (lab.IsValueCreated)
        {
            lab.Value.Dispose();
        }
    }
}
