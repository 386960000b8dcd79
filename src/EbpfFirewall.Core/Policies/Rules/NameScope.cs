namespace EbpfFirewall.Policies.Rules;

/// <summary>Which names a name rule speaks of.</summary>
internal enum NameScope
{
    /// <summary><c>example.com</c>: the name and everything below it.</summary>
    Tree,

    /// <summary><c>=example.com</c>: the name alone.</summary>
    Exact,

    /// <summary><c>*.example.com</c>: everything below the name, at any depth.</summary>
    Below,
}
