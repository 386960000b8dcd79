namespace EbpfFirewall.Native;

/// <summary>What an update does when the key is there, or is not.</summary>
public enum BpfUpdateMode
{
    /// <summary>Create or replace.</summary>
    Any = 0,

    /// <summary>Create; a key that is there is an error.</summary>
    CreateOnly = 1,

    /// <summary>Replace; a key that is not there is an error.</summary>
    ReplaceOnly = 2,
}
