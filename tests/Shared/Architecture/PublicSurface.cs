using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Architecture;

/// <summary>Writes down what users of an assembly can see: one line a type, then one line a member, in ordinal order.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly) =>
        string.Join('\n', assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(Lines)) + "\n";

    private static IEnumerable<string> Lines(Type type) => type
        .GetMembers(Declared)
        .Where(member => member is not Type && IsVisible(member) && !member.Name.StartsWith('<'))
        .Select(member => "  " + Describe(member))
        .Order(StringComparer.Ordinal)
        .Prepend(Head(type));

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
        string modifier = type.IsValueType || type.IsInterface ? string.Empty
            : type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsAbstract ? "abstract "
            : type.IsSealed ? "sealed " : string.Empty;
        string readOnly = type.IsValueType && type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : string.Empty;
        IEnumerable<string> bases = (type.BaseType is null || type.BaseType == typeof(object) || type.IsValueType ? [] : new[] { Name(type.BaseType) })
            .Concat(type.GetInterfaces().Where(contract => contract.IsVisible).Select(Name).Order(StringComparer.Ordinal));
        string list = type.IsEnum ? Name(Enum.GetUnderlyingType(type)) : string.Join(", ", bases);
        return $"{modifier}{readOnly}{kind} {Name(type)}{(list.Length == 0 ? string.Empty : " : " + list)}";
    }

    private static string Describe(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field => string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {field.GetRawConstantValue()}"),
        FieldInfo field => $"{Access(field.IsPublic)}{Static(field.IsStatic)}{Name(field.FieldType)} {field.Name}",
        ConstructorInfo constructor => $"{Access(constructor.IsPublic)}new({Parameters(constructor)})",
        MethodInfo method => $"{Access(method.IsPublic)}{Static(method.IsStatic)}{Dispatch(method)}{(IsInit(method) ? "init " : string.Empty)}{Name(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        _ => member.ToString()!,
    };

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        string by = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : string.Empty;
        string text = $"{by}{Name(parameter.ParameterType)} {parameter.Name}";
        return parameter.HasDefaultValue ? string.Create(CultureInfo.InvariantCulture, $"{text} = {parameter.RawDefaultValue ?? "default"}") : text;
    }));

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : string.Empty;

    private static bool IsInit(MethodInfo method) => method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Access(bool isPublic) => isPublic ? string.Empty : "protected ";

    private static string Static(bool isStatic) => isStatic ? "static " : string.Empty;

    private static string Dispatch(MethodInfo method) => method is { IsVirtual: true, IsFinal: false }
        ? method.IsAbstract ? "abstract " : method.GetBaseDefinition() == method ? "virtual " : "override "
        : string.Empty;

    private static string Name(Type type)
    {
        if (type.HasElementType)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : type.IsPointer ? "*" : string.Empty);
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        string own = (type.IsNested ? Name(type.DeclaringType!) + "." : type.Namespace?.StartsWith("Verifiable.", StringComparison.Ordinal) == true ? type.Namespace + "." : string.Empty)
            + type.Name.Split('`')[0];
        return type.IsGenericType ? $"{own}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : own;
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName,
        _ => false, // Properties and events show through their accessors.
    };
}
