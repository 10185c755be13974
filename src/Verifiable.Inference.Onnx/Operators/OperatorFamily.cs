using System.Collections.Immutable;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Operators that are defined together, and the names by which they are found before they are: defining all operators takes a new process longer than it takes
/// to read a small model. Immutable and thread-safe.</summary>
/// <typeparam name="T">What defines an operator.</typeparam>
internal sealed class OperatorFamily<T>
    where T : class
{
    private readonly Func<ImmutableArray<T>> _define;

    /// <summary>Creates a family.</summary>
    /// <param name="names">The names of the operators, with spaces between them.</param>
    /// <param name="define">Gets the definitions.</param>
    internal OperatorFamily(string names, Func<ImmutableArray<T>> define)
    {
        Names = names.Split(' ');
        _define = define;
    }

    /// <summary>Gets the names of the operators.</summary>
    internal string[] Names { get; }

    /// <summary>Gets the definitions.</summary>
    internal ImmutableArray<T> Define() => _define();

    /// <summary>Makes an index by name: a name may stand in several families, for operators of different domains.</summary>
    internal static Dictionary<string, List<OperatorFamily<T>>> Index(ImmutableArray<OperatorFamily<T>> families)
    {
        var index = new Dictionary<string, List<OperatorFamily<T>>>(StringComparer.Ordinal);
        foreach (OperatorFamily<T> family in families)
        {
            foreach (string name in family.Names)
            {
                if (!index.TryGetValue(name, out List<OperatorFamily<T>>? named))
                {
                    named = [];
                    index.Add(name, named);
                }

                named.Add(family);
            }
        }

        return index;
    }
}
