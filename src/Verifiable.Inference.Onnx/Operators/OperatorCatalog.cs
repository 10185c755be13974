using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The operators of the canonical engine. Frozen; thread-safe.</summary>
public static class OperatorCatalog
{
    /// <summary>The newest version of ONNX's operator set whose changes are known here: 24. A newer one may change what an operator means and is refused.</summary>
    public const int NewestOpset = 24;

    /// <summary>The oldest version: 7, since when broadcasting is what it is. Of older ones there are the operators that meant the same.</summary>
    internal const int OldestOpset = 7;

    private static readonly FrozenDictionary<(string Domain, string Name), ImmutableArray<OperatorDefinition>> _byName;
    private static readonly FrozenDictionary<(string Domain, string Name), ImmutableArray<CompositeDefinition>> _compositesByName;

    static OperatorCatalog()
    {
        ImmutableArray<OperatorDefinition> all =
        [
            .. ArithmeticOperators.Definitions,
            .. ActivationOperators.Definitions,
            .. BitwiseOperators.Definitions,
            .. CastOperator.Definitions,
            .. ComparisonOperators.Definitions,
            .. FloatOperators.Definitions,
            .. GeluOperators.Definitions,
            .. NumberOperators.Definitions,
            .. PiecewiseOperators.Definitions,
            .. RemainderOperators.Definitions,
            .. TestOperators.Definitions,
            .. VariadicOperators.Definitions,
            .. MatMulOperator.Definitions,
            .. ReduceOperator.Definitions,
            .. SoftmaxOperator.Definitions,
            .. LayerNormalizationOperator.Definitions,
            .. ChannelNormalizationOperator.Definitions,
            AttentionBiasOperator.Definition,
            LpNormalizationOperator.Definition,
            .. ClipOperator.Definitions,
            .. DepthSpaceOperator.Definitions,
            .. GlobalPoolOperator.Definitions,
            .. PoolOperator.Definitions,
            .. MovementOperators.Definitions,
            .. ViewOperators.Definitions,
            BatchNormalizationOperator.Definition,
            Col2ImOperator.Definition,
            ConvOperator.Definition,
            ConvTransposeOperator.Definition,
            DequantizeLinearOperator.Definition,
            DropoutOperator.Definition,
            DynamicQuantizeLinearOperator.Definition,
            GemmOperator.Definition,
            GruOperator.Definition,
            LocalResponseNormalizationOperator.Definition,
            LpPoolOperator.Definition,
            LstmOperator.Definition,
            MaxUnpoolOperator.Definition,
            MultinomialOperator.Definition,
            PowerOperator.Definition,
            QuantizeLinearOperator.Definition,
            .. QuantizedConvOperator.Definitions,
            .. QuantizedMatMulOperator.Definitions,
            RnnOperator.Definition,
            RoiAlignOperator.Definition,
            TensorScatterOperator.Definition,
            WhereOperator.Definition,
        ];
        Definitions = [.. all.OrderBy(definition => definition.Domain, StringComparer.Ordinal)
            .ThenBy(definition => definition.Name, StringComparer.Ordinal)
            .ThenBy(definition => definition.SinceVersion)];
        ImmutableArray<CompositeDefinition> composites =
        [
            FusedConvOperator.Definition,
            .. AttentionDefinition.Definitions,
            .. FusedAttentionDefinitions.Definitions,
            .. LossDefinitions.Definitions,
            .. RotaryEmbeddingDefinitions.Definitions,
            .. SkipNormalizationDefinitions.Definitions,
            MeanVarianceNormalizationDefinition.Definition,
        ];
        Composites = [.. composites.OrderBy(definition => definition.Domain, StringComparer.Ordinal)
            .ThenBy(definition => definition.Name, StringComparer.Ordinal)
            .ThenBy(definition => definition.SinceVersion)];
        _compositesByName = Composites
            .GroupBy(definition => (definition.Domain, definition.Name))
            .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        _byName = Definitions
            .GroupBy(definition => (definition.Domain, definition.Name))
            .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
    }

    /// <summary>Gets all definitions, ordered by domain, name and version.</summary>
    public static ImmutableArray<OperatorDefinition> Definitions { get; }

    /// <summary>Gets all operators that are defined by an expansion, ordered by domain, name and version.</summary>
    public static ImmutableArray<CompositeDefinition> Composites { get; }

    /// <summary>Finds the composite that a graph node names, or <see langword="null"/> where it names none.</summary>
    internal static CompositeDefinition? FindComposite(GraphNode node)
    {
        if (_compositesByName.TryGetValue((node.Domain, node.OperatorType), out ImmutableArray<CompositeDefinition> definitions))
        {
            foreach (CompositeDefinition definition in definitions)
            {
                if (definition.SinceVersion <= node.OpsetVersion && node.OpsetVersion <= definition.UntilVersion)
                {
                    return definition;
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
        if (!_byName.TryGetValue((node.Domain, node.OperatorType), out ImmutableArray<OperatorDefinition> definitions))
        {
            refusal = node.Refuse(ModelRefusalReason.UnsupportedOperator, $"The canonical engine has no operator '{node.OperatorType}' of the domain '{(node.Domain.Length == 0 ? "ai.onnx" : node.Domain)}'.");
            return false;
        }

        int version = OlderOpsets.VersionOf(node);
        foreach (OperatorDefinition definition in definitions)
        {
            if (definition.SinceVersion <= version && version <= definition.UntilVersion)
            {
                return definition.TryBind(node, constants, packs, out bound, out refusal);
            }
        }

        refusal = node.Refuse(
            ModelRefusalReason.UnsupportedOperator,
            $"The canonical engine has '{node.OperatorType}' of operator set versions {string.Join(", ", definitions.Select(d => $"{d.SinceVersion} to {d.UntilVersion}"))}, got {node.OpsetVersion}.");
        return false;
    }
}
