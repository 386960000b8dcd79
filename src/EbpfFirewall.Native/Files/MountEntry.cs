namespace EbpfFirewall.Native.Files;

/// <summary>One line of /proc/self/mountinfo.</summary>
/// <param name="Root">The part of the file system that is mounted, <c>/</c> for all of it.</param>
/// <param name="MountPoint">Where.</param>
/// <param name="Type">File system type.</param>
internal sealed record MountEntry(string Root, string MountPoint, string Type);
