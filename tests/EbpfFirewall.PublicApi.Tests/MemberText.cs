using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace EbpfFirewall.PublicApi.Tests;

/// <summary>A member as C# would declare it.</summary>
internal static class MemberText
{
    private static readonly NullabilityInfoContext Nullability = new();

    internal static string Constant(FieldInfo field) =>
        $"{Access(field.IsPublic)}const {TypeText.Name(field.FieldType)} {field.Name} = {Literal(field.GetRawConstantValue())}";

    internal static string Field(FieldInfo field) =>
        $"{Access(field.IsPublic)}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeText.Name(field.FieldType, Nullability.Create(field))} {field.Name}";

    internal static string Event(EventInfo e) =>
        $"{Modifiers(e.AddMethod!)}event {TypeText.Name(e.EventHandlerType!, Nullability.Create(e))} {e.Name}";

    internal static string Constructor(ConstructorInfo constructor) =>
        $"{Access(constructor.IsPublic)}{TypeText.BareName(constructor.DeclaringType!)}({Parameters(constructor)})";

    internal static string Method(MethodInfo method)
    {
        string arguments = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        string constraints = TypeText.Constraints(method.IsGenericMethod ? method.GetGenericArguments() : []);
        bool isExtension = method.IsDefined(typeof(ExtensionAttribute), inherit: false);
        return $"{Modifiers(method)}{Return(method.ReturnParameter)} {method.Name}{arguments}({(isExtension ? "this " : "")}{Parameters(method)}){constraints}";
    }

    internal static string Property(PropertyInfo property)
    {
        MethodInfo accessor = property.GetAccessors(nonPublic: true).OrderByDescending(method => method.IsPublic).First();
        bool isRequired = property.IsDefined(typeof(RequiredMemberAttribute), inherit: false);
        string name = property.GetIndexParameters() is { Length: > 0 } index ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;
        string type = property.PropertyType.IsByRef && property.GetMethod is { } getter ? Return(getter.ReturnParameter) : TypeText.Name(property.PropertyType, Nullability.Create(property));
        return $"{Modifiers(accessor)}{(isRequired ? "required " : "")}{type} {name} {{ {Accessors(property)}}}";
    }

    private static string Accessors(PropertyInfo property)
    {
        string text = "";
        if (property.GetMethod is { IsAssembly: false, IsPrivate: false })
        {
            text += "get; ";
        }

        if (property.SetMethod is { IsAssembly: false, IsPrivate: false } setter)
        {
            bool isInit = setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
            text += (setter.IsPublic ? "" : "protected ") + (isInit ? "init; " : "set; ");
        }

        return text;
    }

    private static string Modifiers(MethodBase method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return method.IsStatic ? "static " : "";
        }

        bool isOverride = method is MethodInfo info && info.GetBaseDefinition() != info;
        string kind = method switch
        {
            { IsStatic: true } => "static ",
            { IsAbstract: true } => isOverride ? "abstract override " : "abstract ",
            _ when isOverride => method.IsFinal ? "sealed override " : "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
        return Access(method.IsPublic) + kind;
    }

    private static string Access(bool isPublic) => isPublic ? "public " : "protected ";

    private static string Return(ParameterInfo parameter)
    {
        if (!parameter.ParameterType.IsByRef)
        {
            return TypeText.Name(parameter.ParameterType, Nullability.Create(parameter));
        }

        bool isReadOnly = parameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.InteropServices.InAttribute));
        return (isReadOnly ? "ref readonly " : "ref ") + TypeText.Name(parameter.ParameterType.GetElementType()!);
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        bool isParams = parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) || parameter.IsDefined(typeof(ParamCollectionAttribute), inherit: false);
        string by = parameter switch
        {
            { IsOut: true } => "out ",
            { ParameterType.IsByRef: true, IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ => isParams ? "params " : "",
        };
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string value = parameter.HasDefaultValue ? $" = {Literal(parameter.DefaultValue)}" : "";
        return $"{by}{TypeText.Name(type, Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Enum member => $"{member.GetType().Name}.{member}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
