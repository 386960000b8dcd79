namespace EbpfFirewall.TestKit.Lab;

/// <summary>One line of the probe's output.</summary>
/// <param name="Name">What was tried.</param>
/// <param name="Error">Name of the errno; <c>OK</c> when it worked.</param>
/// <param name="Elapsed">How long the call took.</param>
/// <param name="Detail">What it says beyond that; often "address port".</param>
public sealed record ProbeStep(string Name, string Error, TimeSpan Elapsed, string Detail);
