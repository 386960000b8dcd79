namespace EbpfFirewall.Tests.Inspection;

/// <summary><c>enum efw_inspected</c> (bpf/include/efw_inspect.h).</summary>
internal enum InspectionAnswer : byte
{
    More = 0,
    Name = 1,
    NoName = 2,
    Address = 3,
    Other = 4,
    Malformed = 5,
    TooLong = 6,
    Held = 7,
    Again = 8,
}
