namespace EbpfFirewall.TestKit.Lab;

/// <summary>Removes what labs left behind whose test run ended without disposing them.</summary>
internal static class LabLeftovers
{
    internal static async Task RemoveAsync()
    {
        foreach (string name in NetworkNamespace.FindOrphans().ToArray())
        {
            await NetworkNamespace.RemoveAsync(name);
        }

        foreach (string path in Directory.GetDirectories(Path.GetTempPath(), LabName.Prefix + "*"))
        {
            if (LabName.IsOrphan(Path.GetFileName(path)))
            {
                Directory.Delete(path, recursive: true);
            }
        }
    }
}
