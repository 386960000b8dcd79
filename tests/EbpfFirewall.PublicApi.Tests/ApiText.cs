using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace EbpfFirewall.PublicApi.Tests;

/// <summary>Writes what an assembly offers to others: a block for each type, a line for each member, always in the same order.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(TypeText.Declaration(type)).Append('\n');
            foreach (string member in Members(type))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToString(type.GetField(name)!.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture)}");
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return [];
        }

        return Sorted(type.GetConstructors(Declared).Where(IsVisible), MemberText.Constructor)
            .Concat(Sorted(type.GetFields(Declared).Where(IsVisible), field => field.IsLiteral ? MemberText.Constant(field) : MemberText.Field(field)))
            .Concat(Sorted(type.GetProperties(Declared).Where(IsVisible), MemberText.Property))
            .Concat(Sorted(type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!)), MemberText.Event))
            .Concat(Sorted(type.GetMethods(Declared).Where(IsWritten), MemberText.Method));
    }

    private static IEnumerable<string> Sorted<T>(IEnumerable<T> members, Func<T, string> describe)
        where T : MemberInfo =>
        members.Select(member => (member.Name, Text: describe(member)))
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.Text, StringComparer.Ordinal)
            .Select(member => member.Text);

    /// <summary>Not an accessor, and not one of the methods that the compiler gives every record.</summary>
    private static bool IsWritten(MethodInfo method) =>
        IsVisible(method)
        && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && !method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && method.Name != "<Clone>$";

    private static bool IsVisible(PropertyInfo property) => property.Name != "EqualityContract" && property.GetAccessors(nonPublic: true).Any(IsVisible);

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;
}
