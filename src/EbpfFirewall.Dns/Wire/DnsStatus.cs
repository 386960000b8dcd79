namespace EbpfFirewall.Dns.Wire;

/// <summary>How reading or writing went. Bad input is a status, never an exception.</summary>
public enum DnsStatus : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Nothing left to read: the whole message was well formed.</summary>
    End,

    /// <summary>The message ends inside a header, name, question or record; or a count promises more than there is.</summary>
    Truncated,

    /// <summary>A label type other than a plain label or a pointer (RFC 1035 section 4.1.4; RFC 6891 retired the others).</summary>
    BadLabel,

    /// <summary>A compression pointer that does not point strictly backwards, points into the header, or is one of too many in a row.</summary>
    BadPointer,

    /// <summary>A name of more than 255 octets.</summary>
    NameTooLong,

    /// <summary>Record data that does not have the form of its type.</summary>
    BadRecordData,

    /// <summary>Octets after the last record.</summary>
    TrailingBytes,

    /// <summary>The buffer is too small for what was to be written.</summary>
    NoSpace,
}
