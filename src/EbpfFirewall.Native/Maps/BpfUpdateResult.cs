namespace EbpfFirewall.Native;

/// <summary>Outcome of an update that may meet a limit.</summary>
public enum BpfUpdateResult
{
    /// <summary>The value is stored.</summary>
    Done = 0,

    /// <summary>The map has no room: <c>E2BIG</c> or <c>ENOSPC</c>.</summary>
    Full = 1,

    /// <summary>The kernel had no memory for the element: <c>ENOMEM</c>. A later attempt may succeed.</summary>
    OutOfMemory = 2,

    /// <summary>The key is there already (<see cref="BpfUpdateMode.CreateOnly"/>).</summary>
    Exists = 3,

    /// <summary>The key is not there (<see cref="BpfUpdateMode.ReplaceOnly"/>).</summary>
    Missing = 4,
}
