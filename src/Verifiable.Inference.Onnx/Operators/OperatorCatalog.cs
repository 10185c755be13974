using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The operators of the canonical engine. Fixed; thread-safe.</summary>
public static class OperatorCatalog
{
    /// <summary>The newest version of ONNX's operator set whose changes are known here: 26. A newer one may change what an operator means and is refused.</summary>
    public const int NewestOpset = 26;

    /// <summary>The oldest version: 7, since when broadcasting is what it is. Of older ones there are the operators that meant the same.</summary>
    internal const int OldestOpset = 7;

    private static readonly Dictionary<string, List<OperatorFamily<OperatorDefinition>>> _families = OperatorFamily<OperatorDefinition>.Index(OperatorFamilies.Operators);
    private static readonly Dictionary<string, List<OperatorFamily<CompositeDefinition>>> _composites = OperatorFamily<CompositeDefinition>.Index(OperatorFamilies.Composites);

    // Only who lists the operators needs all of them.
    private static readonly Lazy<ImmutableArray<OperatorDefinition>> _allDefinitions = new(() => [.. OperatorFamilies.Operators.SelectMany(family => family.Define())
        .OrderBy(definition => definition.Domain, StringComparer.Ordinal)
        .ThenBy(definition => definition.Name, StringComparer.Ordinal)
        .ThenBy(definition => definition.SinceVersion)]);

    private static readonly Lazy<ImmutableArray<CompositeDefinition>> _allComposites = new(() => [.. OperatorFamilies.Composites.SelectMany(family => family.Define())
        .OrderBy(definition => definition.Domain, StringComparer.Ordinal)
        .ThenBy(definition => definition.Name, StringComparer.Ordinal)
        .ThenBy(definition => definition.SinceVersion)]);

    /// <summary>Gets all definitions, ordered by domain, name and version.</summary>
    public static ImmutableArray<OperatorDefinition> Definitions => _allDefinitions.Value;

    /// <summary>Gets all operators that are defined by an expansion, ordered by domain, name and version.</summary>
    public static ImmutableArray<CompositeDefinition> Composites => _allComposites.Value;

    /// <summary>Finds the composite that a graph node names, or <see langword="null"/> where it names none.</summary>
    internal static CompositeDefinition? FindComposite(GraphNode node)
    {
        if (_composites.TryGetValue(node.OperatorType, out List<OperatorFamily<CompositeDefinition>>? families))
        {
            foreach (OperatorFamily<CompositeDefinition> family in families)
            {
                foreach (CompositeDefinition definition in family.Define())
                {
                    if (definition.Name == node.OperatorType && definition.Domain == node.Domain && definition.SinceVersion <= node.OpsetVersion && node.OpsetVersion <= definition.UntilVersion && definition.Covers(node))
                    {
                        return definition;
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Binds the operator that a graph node names, in the version that its model imports.</summary>
    /// <param name="node">The graph node.</param>
    /// <param name="constants">Values that never change, by name, which the operator may prepare once; <see langword="null"/> for none.</param>
    /// <param name="bound">The operator with the graph node's attributes.</param>
    /// <param name="refusal">Why the graph node cannot be run; names graph node, domain, operator and version.</param>
    public static bool TryBind(
        GraphNode node,
        IReadOnlyDictionary<string, TensorValue>? constants,
        [NotNullWhen(true)] out BoundOperator? bound,
        [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(node);
        return TryBind(node, constants, new PackedMatrices(), out bound, out refusal);
    }

    /// <summary>Binds the operator; graph nodes that are bound with the same packed matrices share them.</summary>
    internal static bool TryBind(
        GraphNode node,
        IReadOnlyDictionary<string, TensorValue>? constants,
        PackedMatrices packs,
        [NotNullWhen(true)] out BoundOperator? bound,
        [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        bound = null;
        List<OperatorDefinition> named = [];
        if (_families.TryGetValue(node.OperatorType, out List<OperatorFamily<OperatorDefinition>>? families))
        {
            foreach (OperatorFamily<OperatorDefinition> family in families)
            {
                foreach (OperatorDefinition definition in family.Define())
                {
                    if (definition.Name == node.OperatorType && definition.Domain == node.Domain)
                    {
                        named.Add(definition);
                    }
                }
            }
        }

        if (named.Count == 0)
        {
            refusal = node.Refuse(ModelRefusalReason.UnsupportedOperator, $"The canonical engine has no operator '{node.OperatorType}' of the domain '{(node.Domain.Length == 0 ? "ai.onnx" : node.Domain)}'.");
            return false;
        }

        int version = OlderOpsets.VersionOf(node);
        foreach (OperatorDefinition definition in named)
        {
            if (definition.SinceVersion <= version && version <= definition.UntilVersion)
            {
                return definition.TryBind(node, constants, packs, out bound, out refusal);
            }
        }

        refusal = node.Refuse(
            ModelRefusalReason.UnsupportedOperator,
            $"The canonical engine has '{node.OperatorType}' of operator set versions {string.Join(", ", named.OrderBy(d => d.SinceVersion).Select(d => $"{d.SinceVersion} to {d.UntilVersion}"))}, got {node.OpsetVersion}.");
        return false;
    }
}
