namespace EbpfFirewall.Kernel.Records;

/// <summary>Slots of an attachment's counters: <c>enum efw_counter</c> (efw_abi.h).</summary>
internal enum KernelCounter : uint
{
    /// <summary>The event ring was full.</summary>
    EventsDropped = 0,

    /// <summary>A sender could not be recorded; the call was denied.</summary>
    ProcessesFull = 1,

    /// <summary>A query was dropped.</summary>
    RedirectsFull = 2,

    /// <summary>No memory for a socket's record; the call was denied.</summary>
    SocketsFull = 3,

    /// <summary>Decisions that denied.</summary>
    Denied = 4,

    /// <summary>Decisions that allowed, at connect and sendmsg.</summary>
    Allowed = 5,

    /// <summary>There was no policy, or it could not be read; denied.</summary>
    PolicyBroken = 6,
}
