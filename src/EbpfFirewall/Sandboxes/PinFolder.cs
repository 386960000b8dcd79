using EbpfFirewall.Native;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// The folder in the BPF file system that holds a sandbox's links and maps, so that they outlive us: <c>efw/&lt;id&gt;</c>.
/// </summary>
internal sealed class PinFolder
{
    private const string Root = "efw";
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _path;

    private PinFolder(string path) => _path = path;

    /// <summary>Makes the folder; only root can enter it.</summary>
    /// <exception cref="EgressFirewallException">There is no BPF file system, and none can be mounted.</exception>
    public static PinFolder Create(SandboxId id)
    {
        string path = Path.Combine(RootPath(), id.ToString());
        Directory.CreateDirectory(path, OnlyOwner);
        return new PinFolder(path);
    }

    /// <summary>The folders of all sandboxes on this host.</summary>
    public static IEnumerable<(SandboxId Id, PinFolder Folder)> FindAll()
    {
        string? mount = BpfFileSystem.Find();
        string root = mount is null ? "" : Path.Combine(mount, Root);
        if (!Directory.Exists(root))
        {
            yield break;
        }

        foreach (string path in Directory.GetDirectories(root))
        {
            if (SandboxId.TryParse(Path.GetFileName(path), out SandboxId id))
            {
                yield return (id, new PinFolder(path));
            }
        }
    }

    /// <summary>Names of its pins.</summary>
    public IEnumerable<string> Names() => Directory.Exists(_path) ? Directory.GetFiles(_path).Select(path => Path.GetFileName(path)) : [];

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>Pins a map under its name.</summary>
    public void Pin(BpfMap map) => map.Pin(PathOf(map));

    /// <summary>Pins a map in place of another of that name.</summary>
    public void Replace(BpfMap map)
    {
        File.Delete(PathOf(map));
        Pin(map);
    }

    /// <summary>Removes every pin, then the folder. A link that nothing else holds detaches by that.</summary>
    public void Remove()
    {
        try
        {
            foreach (string pin in Directory.GetFiles(_path))
            {
                File.Delete(pin);
            }

            Directory.Delete(_path);
        }
        catch (DirectoryNotFoundException)
        {
            // There was none, or another cleanup was faster.
        }
    }

    private string PathOf(BpfMap map) => PathOf($"map_{map.Name.Replace('.', '_')}");

    // The top of a BPF file system is sticky and writable by all: somebody else's folder of our name must not hold our pins.
    private static string RootPath()
    {
        try
        {
            string root = Path.Combine(BpfFileSystem.FindOrMount(), Root);
            Directory.CreateDirectory(root, OnlyOwner);
            return LinuxFile.OwnerOf(root, followLinks: false) == LinuxFile.OwnerOf("/proc/self") && File.GetUnixFileMode(root) == OnlyOwner
                ? root
                : throw new EgressFirewallException(
                    ErrorCodes.BpfFileSystemUnavailable,
                    $"the folder {root} belongs to somebody else, or others may enter it; pins in it would not be ours alone. Remove it.");
        }
        catch (BpfException error)
        {
            throw new EgressFirewallException(
                ErrorCodes.BpfFileSystemUnavailable,
                $"the policy must be pinned in a BPF file system, and none could be mounted: {error.Message} Mount one: mount -t bpf bpf /sys/fs/bpf",
                error);
        }
    }
}
