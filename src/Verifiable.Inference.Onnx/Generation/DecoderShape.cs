using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>What the inputs and outputs of a decoder are for, found by the names that exporters give them. Immutable.</summary>
internal sealed record DecoderShape
{
    internal const string TokensName = "input_ids";
    internal const string MaskName = "attention_mask";
    internal const string PositionsName = "position_ids";
    internal const string LogitsName = "logits";

    // What one token may take in one cache.
    private const long MaxBytesOfToken = 1 << 28;

    internal required GraphValue Tokens { get; init; }

    internal required GraphValue? Mask { get; init; }

    internal required GraphValue? Positions { get; init; }

    internal required ImmutableArray<DecoderCache> Caches { get; init; }

    /// <summary>Gets the caches that need not be copied from step to step.</summary>
    internal AppendPlan Appends { get; private init; } = AppendPlan.None(0);

    /// <summary>Gets a value indicating whether the inputs are declared for one sequence.</summary>
    internal required bool IsForOne { get; init; }

    /// <summary>Gets the number of tokens.</summary>
    internal required int VocabularySize { get; init; }

    /// <summary>Gets how many positions the model's tables hold; <see langword="null"/> where it has none.</summary>
    internal required int? PositionsHeld { get; init; }

    /// <summary>Reads the roles of a model's inputs and outputs.</summary>
    internal static bool TryRead(OnnxModel model, [NotNullWhen(true)] out DecoderShape? shape, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        shape = null;
        refusal = null;
        Dictionary<string, GraphValue> outputs = new(StringComparer.Ordinal);
        foreach (GraphValue output in model.Outputs)
        {
            _ = outputs.TryAdd(output.Name, output);
        }

        Dictionary<string, GraphValue> named = new(StringComparer.Ordinal);
        ImmutableArray<DecoderCache>.Builder caches = ImmutableArray.CreateBuilder<DecoderCache>();
        foreach (GraphValue input in model.Inputs)
        {
            if (input.Name is TokensName or MaskName or PositionsName)
            {
                named[input.Name] = input;
                refusal ??= IsList(input) ? null : new(ModelRefusalReason.UnsupportedType, $"Expected integers of open length as [batch, tokens], got '{input}'.");
            }
            else if (CacheOf(input, outputs) is { } cache)
            {
                caches.Add(cache);
            }
            else
            {
                refusal ??= new(ModelRefusalReason.UndefinedValue, $"Expected the inputs of a decoder ({TokensName}, {MaskName}, {PositionsName}, past keys and values that have a present), got '{input}'.");
            }
        }

        if (!named.TryGetValue(TokensName, out GraphValue? tokens))
        {
            refusal ??= new(ModelRefusalReason.UndefinedValue, $"Expected an input '{TokensName}', got none.");
        }

        if (!outputs.TryGetValue(LogitsName, out GraphValue? logits) || logits.Type != ElementType.Float32 || logits is { IsRankKnown: true, Dimensions.Length: not 3 })
        {
            refusal ??= new(ModelRefusalReason.UndefinedValue, $"Expected an output '{LogitsName}' of binary32 as [batch, tokens, vocabulary], got {(logits is null ? "none" : $"'{logits}'")}.");
        }

        if (refusal is not null)
        {
            return false;
        }

        int? rows = RowsOfTable(model, TokensName);
        int? stated = logits!.IsRankKnown && logits.Dimensions[2] is { IsFixed: true, Length: > 0 and <= int.MaxValue } last ? (int)last.Length : null;
        if ((rows ?? stated) is not { } size || size < 1 || stated > size)
        {
            refusal = new(ModelRefusalReason.BadShape, $"Expected a vocabulary whose size '{LogitsName}' states and whose tokens all have an embedding, got {stated?.ToString() ?? "none"} and {rows?.ToString() ?? "no table"}.");
            return false;
        }

        shape = new DecoderShape
        {
            Tokens = tokens!,
            Mask = named.GetValueOrDefault(MaskName),
            Positions = named.GetValueOrDefault(PositionsName),
            Caches = caches.ToImmutable(),
            IsForOne = model.Inputs.Any(input => input.IsRankKnown && input.Dimensions[caches.FirstOrDefault(cache => cache.Past == input.Name)?.BatchAxis ?? 0].IsFixed),
            VocabularySize = stated ?? size,
            PositionsHeld = RowsOfTable(model, PositionsName),
        };
        return true;
    }

    /// <summary>Takes note of the caches that the graph appends to: what each present holds is the past with the new tokens behind it, by its construction.</summary>
    internal DecoderShape Appending(CanonicalProgram program)
    {
        CanonicalGraph graph = program.Graph;
        Dictionary<string, GraphNode> makers = new(StringComparer.Ordinal);
        foreach (GraphNode node in graph.Nodes)
        {
            if (node is { Domain.Length: 0, OperatorType: "Concat", Inputs.Length: 2 })
            {
                makers[node.Outputs[0]] = node;
            }
        }

        return this with
        {
            Appends = AppendPlan.Of(program, Caches.Select(static cache => (cache.Past, cache.Present))),
            Caches = [.. Caches.Select(cache => cache with
            {
                IsAppended = makers.TryGetValue(cache.Present, out GraphNode? node) && node.Inputs[0] == cache.Past && node.GetInt("axis", 0) is var axis
                    && (axis < 0 ? axis + cache.Lengths.Length : axis) == cache.SequenceAxis,
            })],
        };
    }

    /// <summary>Gets the types and shapes of the inputs of a run, in the model's order.</summary>
    internal TensorSignature?[] SignaturesOf(OnnxModel model, int batch, int tokens, int past) => [.. model.Inputs.Select(input =>
        (TensorSignature?)(Caches.FirstOrDefault(cache => cache.Past == input.Name)?.SignatureOf(batch, past)
            ?? new TensorSignature(input.Type, new TensorShape(batch, input == Mask && !Caches.IsEmpty ? past + tokens : tokens))))];

    private static bool IsList(GraphValue input) => input.Type is ElementType.Int64 or ElementType.Int32
        && (!input.IsRankKnown || (input.Dimensions.Length == 2 && !input.Dimensions[1].IsFixed && IsBatch(input.Dimensions[0])));

    // Open, or for one sequence.
    private static bool IsBatch(GraphDimension dimension) => !dimension.IsFixed || dimension.Length == 1;

    private static DecoderCache? CacheOf(GraphValue input, Dictionary<string, GraphValue> outputs)
    {
        foreach (CacheName name in CacheName.All)
        {
            int batch = name.BatchAxis;
            if (name.PresentOf(input.Name) is { } present && outputs.TryGetValue(present, out GraphValue? output) && output.Type == input.Type
                && input.IsRankKnown && input.Dimensions.Length == 4 + batch && ElementTypes.IsFloat(input.Type))
            {
                // [batch, heads, tokens, size], or [2, batch, heads, tokens, size] for keys and values in one.
                bool isOpen = !input.Dimensions[batch + 2].IsFixed && IsBatch(input.Dimensions[batch]) && Enumerable.Range(0, input.Dimensions.Length).All(axis => axis == batch || axis == batch + 2 || input.Dimensions[axis].IsFixed);
                ImmutableArray<long> lengths = [.. input.Dimensions.Select((dimension, axis) => axis != batch && dimension.IsFixed ? dimension.Length : 0)];
                isOpen &= lengths.Where(static length => length > 0).Aggregate((Int128)ElementTypes.SizeOf(input.Type), static (product, length) => Int128.Min(product * length, long.MaxValue)) <= MaxBytesOfToken;
                return isOpen ? new DecoderCache(input.Name, present, input.Type, lengths, batch, batch + 2) : null;
            }
        }

        return null;
    }

    // The least number of rows of the constant tables that an input chooses rows of.
    private static int? RowsOfTable(OnnxModel model, string input)
    {
        int? least = null;
        foreach (GraphNode node in model.Nodes)
        {
            ReadOnlySpan<int> tables = (node.Domain, node.OperatorType) switch
            {
                ("", "Gather") when node.HasInput(1) && node.Inputs[1] == input && IsFirstAxis(node) => [0],
                ("", "RotaryEmbedding") when node.HasInput(3) && node.Inputs[3] == input => [1, 2],
                ("com.microsoft", "RotaryEmbedding") when node.HasInput(1) && node.Inputs[1] == input => [2, 3],
                _ => [],
            };
            foreach (int table in tables)
            {
                if (table < node.Inputs.Length && model.Initializers.TryGetValue(node.Inputs[table], out TensorValue? value) && value.Shape.Rank > 0)
                {
                    least = (int)Math.Min(least ?? int.MaxValue, value.Shape[0]);
                }
            }
        }

        return least;
    }

    private static bool IsFirstAxis(GraphNode node) => node.KindOf("axis") == AttributeKind.None || (node.KindOf("axis") == AttributeKind.Int && node.GetInt("axis", 0) == 0);
}
