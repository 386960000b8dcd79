using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EbpfFirewall.TestKit.Lab;

namespace EbpfFirewall.TestKit.Servers;

/// <summary>A CA that lives for one lab, and the one certificate it issued.</summary>
/// <param name="BundlePath">PEM file for clients (<c>SSL_CERT_FILE</c>, <c>curl --cacert</c>).</param>
/// <param name="CertificatePath">PEM file of the server.</param>
/// <param name="KeyPath">PEM file of the server's key.</param>
internal sealed record CertificateAuthority(string BundlePath, string CertificatePath, string KeyPath)
{
    internal static CertificateAuthority Create(string directory)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1);
        DateTimeOffset to = from.AddDays(30);
        CertificateAuthority result = new(
            Path.Combine(directory, "ca.pem"), Path.Combine(directory, "server.pem"), Path.Combine(directory, "server.key"));

        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = new("CN=EbpfFirewall lab CA", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        rootRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(rootRequest.PublicKey, false));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(from, to);

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=EbpfFirewall lab server", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(AlternativeNames());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using X509Certificate2 server = request.Create(root, from, to, RandomNumberGenerator.GetBytes(16));

        File.WriteAllText(result.BundlePath, root.ExportCertificatePem());
        File.WriteAllText(result.CertificatePath, server.ExportCertificatePem());
        File.WriteAllText(result.KeyPath, key.ExportPkcs8PrivateKeyPem());
        return result;
    }

    private static X509Extension AlternativeNames()
    {
        SubjectAlternativeNameBuilder names = new();
        foreach (string name in LabZone.RecordsOf(World.Resolver).Select(record => record.Name).Distinct())
        {
            names.AddDnsName(name);
        }

        foreach (LabHost host in World.Hosts)
        {
            names.AddIpAddress(IPAddress.Parse(host.V4));
            names.AddIpAddress(IPAddress.Parse(host.V6));
        }

        return names.Build();
    }
}
