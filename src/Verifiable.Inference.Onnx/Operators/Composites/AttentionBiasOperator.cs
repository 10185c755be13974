using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// What attention adds to its scores, an operator of this library's own domain that expansions of attention use. Inputs: the queries (batch, heads, S, size) and the
/// transposed keys (batch, heads, size, T), of which only types and shapes count; a mask; how many keys precede the queries, one number or one a batch row; how many
/// keys of each batch row count. An element is −∞ where causality or the count excludes the key, else what the mask says, else +0.
/// </summary>
/// <remarks>
/// A mask of the form <c>mask</c> is broadcast to (batch, heads, S, T), its last axis filled up with excluded keys: a Boolean excludes where it is false, a float is
/// added. One of the form <c>index</c> holds integers, as ONNX Runtime has them: (batch), the keys that count; (2·batch), the ends and then the starts of those; (batch,
/// T) or (batch, S, T), 1 where the key counts; (batch, 1, M, M) likewise, of which the rows from T − S on are taken. It excludes by the value <c>masked_value</c>.
/// With <c>is_whole</c> a run fails unless all keys of every batch row count.
/// </remarks>
internal sealed class AttentionBiasOperator : BoundOperator
{
    /// <summary>The domain of this library's own operators.</summary>
    internal const string Domain = "verifiable";

    private const int Mask = 2;
    private const int Offset = 3;
    private const int Lengths = 4;

    private readonly bool _causal;
    private readonly bool _isIndex;
    private readonly bool _isWhole;
    private readonly float _masked;

    private AttentionBiasOperator(NodeBinder binder)
    {
        binder.Arity(2, 5);
        _causal = binder.Flag("is_causal");
        _isWhole = binder.Flag("is_whole");
        _masked = binder.Float("masked_value", float.NegativeInfinity);
        string form = binder.Text("form", "mask");
        _isIndex = form == "index";
        if (form is not ("mask" or "index"))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected 'mask' or 'index' for 'form', got '{form}'.");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("AttentionBias", 1, binder => new AttentionBiasOperator(binder), domain: Domain, floats: FloatInputs.Of(0));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = Shape(inputs);
        long key = index % shape[3];
        long query = index / shape[3] % shape[2];
        long head = index / (shape[3] * shape[2]) % shape[1];
        double value = Value(inputs, index / (shape[3] * shape[2] * shape[1]), head, query, key);
        return inputs.TypeOf(0) == ElementType.Float64 ? ElementBits.Of(value) : ElementBits.Of((float)value);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape query = inputs.ShapeOf(0);
        TensorShape key = inputs.ShapeOf(1);
        if (query.Rank != 4 || key.Rank != 4 || query[0] != key[0])
        {
            return $"Expected queries and keys of batch, heads, length and size, got {query} and {key}.";
        }

        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64) ?? MaskFault(inputs, [query[0], query[1], query[2], key[3]])
            ?? (inputs.Has(Offset) ? NumbersFault(inputs, Offset, query[0]) : null) ?? (inputs.Has(Lengths) ? NumbersFault(inputs, Lengths, query[0]) : null);
        if (fault is null)
        {
            outputs[0] = new TensorSignature(inputs.TypeOf(0), Shape(inputs));
        }

        return fault;
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs)
    {
        long keys = inputs[1]!.Shape[3];
        for (int i = 0; _isWhole && inputs.Length > Lengths && i < (inputs[Lengths]?.Length ?? 0); i++)
        {
            long length = new TensorInputs([inputs[Lengths]]).ReadInteger(0, i);
            if (length != keys)
            {
                return $"Expected every sequence to have all {keys} keys, got one of {length}: sequences of several lengths are run apart.";
            }
        }

        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        if (output.Signature.Type == ElementType.Float64)
        {
            Fill<double>(context, new TensorInputs(inputs.ToArray()), output);
        }
        else
        {
            Fill<float>(context, new TensorInputs(inputs.ToArray()), output);
        }
    }

    private static string? NumbersFault(OperatorInputs inputs, int input, long batch) => Faults.RequireType(inputs, input, ElementType.Int64, ElementType.Int32)
        ?? (inputs.ShapeOf(input).ElementCount is var count && (count == 1 || count == batch) ? null : $"Expected input {input} to hold 1 or {batch} numbers, got {inputs.ShapeOf(input)}.");

    private static double Number(OperatorInputs inputs, int input, long batch, double absent)
    {
        if (!inputs.Has(input))
        {
            return absent;
        }

        return inputs.ReadInteger(input, inputs.ShapeOf(input).ElementCount == 1 ? 0 : batch);
    }

    // The length of an axis of the mask, counted from the last one.
    private static long Length(TensorShape shape, int fromEnd) => fromEnd <= shape.Rank ? shape[shape.Rank - fromEnd] : 1;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private string? MaskFault(OperatorInputs inputs, ReadOnlySpan<long> scores)
    {
        if (!inputs.Has(Mask))
        {
            return null;
        }

        TensorShape mask = inputs.ShapeOf(Mask);
        (long batch, long queries, long keys) = (scores[0], scores[2], scores[3]);
        if (_isIndex)
        {
            bool fits = mask.Rank switch
            {
                1 => mask[0] == batch || mask[0] == 2 * batch,
                2 => mask[0] == batch && mask[1] == keys,
                3 => mask[0] == batch && mask[1] == queries && mask[2] == keys,
                4 => mask[0] == batch && mask[1] == 1 && mask[2] >= keys && mask[3] >= keys && keys >= queries,
                _ => false,
            };
            return Faults.RequireType(inputs, Mask, ElementType.Int32, ElementType.Int64) ?? (fits ? null : $"Expected a mask for {batch} rows, {queries} queries and {keys} keys, got {mask}.");
        }

        bool broadcasts = mask.Rank is >= 1 and <= 4 && Length(mask, 1) <= keys;
        for (int i = 2; i <= mask.Rank && broadcasts; i++)
        {
            broadcasts = Length(mask, i) == 1 || Length(mask, i) == scores[4 - i];
        }

        ElementType[] types = [ElementType.Boolean, ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16];
        return Faults.RequireType(inputs, Mask, types) ?? (broadcasts ? null : $"Expected a mask that broadcasts to [{string.Join(", ", scores.ToArray())}], got {mask}.");
    }

    private TensorShape Shape(OperatorInputs inputs)
    {
        TensorShape query = inputs.ShapeOf(0);
        long[] lengths = [1, 1, 1, inputs.ShapeOf(1)[3]];
        if (inputs.Has(Mask))
        {
            TensorShape mask = inputs.ShapeOf(Mask);
            lengths[0] = _isIndex ? query[0] : Length(mask, 4);
            lengths[1] = _isIndex ? 1 : Length(mask, 3);
            lengths[2] = _isIndex ? (mask.Rank > 2 ? query[2] : 1) : Length(mask, 2);
        }

        bool rows = (inputs.Has(Offset) && inputs.ShapeOf(Offset).ElementCount != 1) || inputs.Has(Lengths);
        lengths[0] = rows ? query[0] : lengths[0];
        lengths[2] = _causal ? query[2] : lengths[2];
        return new TensorShape(lengths);
    }

    // Every number is exact in binary64, and a mask of binary32 or less is not rounded on its way back.
    private double Value(OperatorInputs inputs, long batch, long head, long query, long key)
    {
        bool excluded = (_causal && key > query + Number(inputs, Offset, batch, 0)) || key >= Number(inputs, Lengths, batch, double.PositiveInfinity);
        return excluded ? double.NegativeInfinity : inputs.Has(Mask) ? MaskValue(inputs, batch, head, query, key) : 0;
    }

    private double MaskValue(OperatorInputs inputs, long batch, long head, long query, long key)
    {
        TensorShape mask = inputs.ShapeOf(Mask);
        if (_isIndex)
        {
            long queries = inputs.ShapeOf(0)[2];
            long keys = inputs.ShapeOf(1)[3];
            long batches = inputs.ShapeOf(0)[0];
            bool counts = mask.Rank switch
            {
                1 => key < inputs.ReadInteger(Mask, batch) && (mask[0] == batches || key >= inputs.ReadInteger(Mask, batches + batch)),
                2 => inputs.ReadInteger(Mask, (batch * keys) + key) > 0,
                3 => inputs.ReadInteger(Mask, (((batch * queries) + query) * keys) + key) > 0,
                _ => inputs.ReadInteger(Mask, (((batch * mask[2]) + query + keys - queries) * mask[3]) + key) > 0,
            };
            return counts ? 0 : _masked;
        }

        long last = Length(mask, 1);
        if (key >= last)
        {
            return double.NegativeInfinity;
        }

        long row = Length(mask, 4) == 1 ? 0 : batch;
        row = (row * Length(mask, 3)) + (Length(mask, 3) == 1 ? 0 : head);
        row = (row * Length(mask, 2)) + (Length(mask, 2) == 1 ? 0 : query);
        ulong bits = inputs.ReadBits(Mask, (row * last) + key);
        return inputs.TypeOf(Mask) == ElementType.Boolean
            ? bits != 0 ? 0 : double.NegativeInfinity
            : ElementBits.ToDouble(ElementConversion.Convert(bits, inputs.TypeOf(Mask), ElementType.Float64));
    }

    private void Fill<T>(OperatorContext context, TensorInputs inputs, TensorBuffer output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape shape = output.Signature.Shape;
        int keys = (int)shape[3];
        bool hasMask = inputs.Has(Mask);
        context.For(output.Length / keys, hasMask ? 40L * keys : keys, (from, to) =>
        {
            for (int item = from; item < to; item++)
            {
                long query = item % shape[2];
                long head = item / shape[2] % shape[1];
                long batch = item / (shape[2] * shape[1]);
                double end = Math.Min(_causal ? query + Number(inputs, Offset, batch, 0) + 1 : keys, Number(inputs, Lengths, batch, keys));
                int count = (int)Math.Clamp(end, 0, keys);
                Span<T> row = output.AsSpan<T>().Slice(item * keys, keys);
                row[count..].Fill(T.NegativeInfinity);
                for (int key = 0; key < count; key++)
                {
                    row[key] = hasMask ? T.CreateTruncating(MaskValue(inputs, batch, head, query, key)) : T.Zero;
                }
            }
        });
    }
}
