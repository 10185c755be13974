using System.Reflection;
using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Architecture;

/// <summary>A partial order of an assembly's namespaces: each names the ones directly below it, and may refer to whatever is below those too.</summary>
internal sealed class NamespaceOrder(string root, IReadOnlyDictionary<string, string[]> directlyBelow)
{
    /// <summary>Lists the references between namespaces that the order does not allow, and the types outside any namespace of the order.</summary>
    public IReadOnlyList<string> FindFaults(Assembly assembly)
    {
        SortedSet<string> faults = new(StringComparer.Ordinal);
        foreach (Type type in assembly.GetTypes().Where(IsWritten))
        {
            if (NameOf(type) is not { } own)
            {
                _ = faults.Add($"{type} is in no namespace of the order");
                continue;
            }

            foreach (Type other in TypeReferences.Of(type).Where(other => other.Assembly == assembly && IsWritten(other)))
            {
                if (NameOf(other) is { } target && !Allows(own, target))
                {
                    _ = faults.Add($"{own} -> {target}: {Outermost(type).Name} refers to {Outermost(other).Name}");
                }
            }
        }

        return [.. faults];
    }

    /// <summary>Finds a namespace that is below itself.</summary>
    public string? FindCycle() => directlyBelow.Keys.FirstOrDefault(name => directlyBelow[name].Any(lower => IsBelow(lower, name, [])));

    private bool Allows(string own, string target) => own == target || target.Length == 0 || directlyBelow[own].Any(lower => IsBelow(lower, target, []));

    private bool IsBelow(string name, string target, HashSet<string> seen) =>
        name == target || (seen.Add(name) && directlyBelow[name].Any(lower => IsBelow(lower, target, seen)));

    private string? NameOf(Type type)
    {
        string name = type.Namespace ?? string.Empty;
        if (name != root && !name.StartsWith(root + ".", StringComparison.Ordinal))
        {
            return null;
        }

        string first = name == root ? string.Empty : name[(root.Length + 1)..].Split('.')[0];
        return directlyBelow.ContainsKey(first) ? first : null;
    }

    private static Type Outermost(Type type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    // Compilers put their own types outside every namespace; generated protobuf code has a namespace of its own.
    private static bool IsWritten(Type type) =>
        !Outermost(type).IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && Outermost(type).Namespace?.StartsWith("Verifiable.", StringComparison.Ordinal) == true;
}
