namespace EbpfFirewall.Sandboxes;

/// <summary>This host lets nobody take the listener of a launcher's filter: denied system calls cannot be told of.</summary>
internal sealed class ListenerUnavailableException(Exception cause)
    : Exception("The listener of the system call filter cannot be taken.", cause);
