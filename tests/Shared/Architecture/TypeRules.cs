using System.Reflection;

namespace Verifiable.Inference.Architecture;

/// <summary>Rules that every public type of the libraries obeys; each lists what breaks it.</summary>
internal static class TypeRules
{
    /// <summary>Lists the public classes that are neither sealed, static nor abstract.</summary>
    public static IEnumerable<string> FindUnsealed(Assembly assembly) =>
        assembly.GetExportedTypes().Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false }).Select(type => type.FullName!);

    /// <summary>Lists the public enums whose <c>default</c> has no name.</summary>
    public static IEnumerable<string> FindEnumsWithoutZero(Assembly assembly) =>
        assembly.GetExportedTypes().Where(type => type.IsEnum && !Enum.IsDefined(type, Activator.CreateInstance(type)!)).Select(type => type.FullName!);

    /// <summary>Lists the public structs that can be compared by <c>Equals</c> but not by <c>==</c> and <c>!=</c>.</summary>
    public static IEnumerable<string> FindStructsWithoutOperators(Assembly assembly) => assembly.GetExportedTypes()
        .Where(type => type is { IsValueType: true, IsEnum: false } && type.GetInterfaces().Any(contract => IsEquatable(contract, type)))
        .Where(type => type.GetMethod("op_Equality", [type, type]) is null || type.GetMethod("op_Inequality", [type, type]) is null)
        .Select(type => type.FullName!);

    /// <summary>Lists public fields that can be written.</summary>
    public static IEnumerable<string> FindWritableFields(Assembly assembly) => assembly.GetExportedTypes()
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(field => field is { IsInitOnly: false, IsLiteral: false, IsSpecialName: false })
        .Select(field => $"{field.DeclaringType}.{field.Name}");

    private static bool IsEquatable(Type contract, Type type) =>
        contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IEquatable<>) && contract.GetGenericArguments()[0] == type;
}
