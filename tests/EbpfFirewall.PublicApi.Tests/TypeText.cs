using System.Reflection;
using System.Runtime.CompilerServices;

namespace EbpfFirewall.PublicApi.Tests;

/// <summary>A type as C# would declare or name it.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    internal static string Declaration(Type type)
    {
        string scope = type.IsNested ? Name(type.DeclaringType!) : type.Namespace!;
        if (type.IsEnum)
        {
            string flags = type.IsDefined(typeof(FlagsAttribute), inherit: false) ? "[Flags] " : "";
            return $"{flags}public enum {scope}.{BareName(type)} : {Name(Enum.GetUnderlyingType(type))}";
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return $"public delegate {scope}.{MemberText.Method(invoke)["public virtual ".Length..].Replace("Invoke(", $"{BareName(type)}(", StringComparison.Ordinal)}";
        }

        string[] bases = [.. Bases(type)];
        string inherits = bases.Length > 0 ? " : " + string.Join(", ", bases) : "";
        return $"public {Kind(type)} {scope}.{GenericName(type)}{inherits}{Constraints(type.GetGenericArguments())}";
    }

    /// <summary>The name without generic arity.</summary>
    internal static string BareName(Type type) => type.Name.Split('`')[0];

    internal static string Name(Type type, NullabilityInfo? nullability = null)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        bool isNullable = !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable;
        return WithoutNull(type, nullability) + (isNullable ? "?" : "");
    }

    internal static string Constraints(Type[] arguments) => string.Concat(arguments.Where(argument => argument.IsGenericParameter).Select(Constraint));

    private static string WithoutNull(Type type, NullabilityInfo? nullability)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!, nullability?.ElementType) + "[]";
        }

        if (type.IsPointer)
        {
            return Name(type.GetElementType()!) + "*";
        }

        if (!type.IsGenericType)
        {
            return type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        }

        Type[] arguments = type.GetGenericArguments();
        NullabilityInfo[] states = nullability?.GenericTypeArguments ?? [];
        IEnumerable<string> names = arguments.Select((argument, i) => Name(argument, i < states.Length ? states[i] : null));
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true)
        {
            return $"({string.Join(", ", names)})";
        }

        string scope = type.IsNested ? $"{BareName(type.DeclaringType!)}." : "";
        return $"{scope}{BareName(type)}<{string.Join(", ", names)}>";
    }

    private static string GenericName(Type type) => type.IsGenericType
        ? $"{BareName(type)}<{string.Join(", ", type.GetGenericArguments().Select(argument => argument.Name))}>"
        : BareName(type);

    private static string Kind(Type type)
    {
        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsValueType)
        {
            bool isReadOnly = type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false);
            bool isRecord = type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null;
            return (isReadOnly ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + (isRecord ? "record struct" : "struct");
        }

        string sealing = type switch
        {
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        return sealing + (type.GetMethod("<Clone>$") is not null ? "record" : "class");
    }

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            yield return Name(parent);
        }

        IEnumerable<Type> inherited = type.GetInterfaces().SelectMany(one => one.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []);
        IEnumerable<string> own = type.GetInterfaces().Except(inherited)
            .Where(one => one.IsVisible && !(one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEquatable<>)))
            .Select(one => Name(one))
            .Order(StringComparer.Ordinal);
        foreach (string name in own)
        {
            yield return name;
        }
    }

    private static string Constraint(Type argument)
    {
        GenericParameterAttributes attributes = argument.GenericParameterAttributes;
        var parts = new List<string>();
        bool isUnmanaged = argument.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "IsUnmanagedAttribute");
        if (isUnmanaged)
        {
            parts.Add("unmanaged");
        }
        else if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            parts.Add("struct");
        }
        else if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            parts.Add("class");
        }

        parts.AddRange(argument.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(constraint => Name(constraint)));
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            parts.Add("new()");
        }

        if (attributes.HasFlag(GenericParameterAttributes.AllowByRefLike))
        {
            parts.Add("allows ref struct");
        }

        return parts.Count > 0 ? $" where {argument.Name} : {string.Join(", ", parts)}" : "";
    }
}
