using System.Collections.Immutable;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>One tensor that goes from step to step: an input, and the output that takes its place in the next step.</summary>
/// <param name="Past">The input.</param>
/// <param name="Present">The output.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Lengths">Its lengths; those of the batch and of the sequence are 0.</param>
/// <param name="BatchAxis">The axis of the sequences.</param>
/// <param name="SequenceAxis">The axis of the tokens.</param>
internal sealed record DecoderCache(string Past, string Present, ElementType Type, ImmutableArray<long> Lengths, int BatchAxis, int SequenceAxis)
{
    /// <summary>Makes the cache of sequences without tokens.</summary>
    internal TensorValue Empty(int batch)
    {
        long[] lengths = [.. Lengths];
        lengths[BatchAxis] = batch;
        return TensorValue.Take(Type, new TensorShape(lengths), ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>Tells whether a tensor is the cache of so many tokens of so many sequences.</summary>
    internal bool Fits(TensorValue value, int batch, int tokens)
    {
        long[] lengths = [.. Lengths];
        (lengths[BatchAxis], lengths[SequenceAxis]) = (batch, tokens);
        return value.Type == Type && value.Shape == new TensorShape(lengths);
    }

    /// <summary>Copies what stands behind the first tokens.</summary>
    internal TensorValue Tail(TensorValue value, int first) => first == 0 ? value : Copy(value, first, null);

    /// <summary>Puts tokens behind those of a cache.</summary>
    internal TensorValue Join(TensorValue value, TensorValue added) => Copy(value, 0, added);

    // Copies each piece that is contiguous, from a token on, and another tensor's piece behind it.
    private TensorValue Copy(TensorValue value, int first, TensorValue? added)
    {
        long[] lengths = [.. value.Shape.Lengths];
        long outer = lengths.Take(SequenceAxis).Aggregate(1L, static (product, length) => product * length);
        int row = (int)lengths.Skip(SequenceAxis + 1).Aggregate((long)ElementTypes.SizeOf(Type), static (product, length) => product * length);
        int own = ((int)lengths[SequenceAxis] - first) * row;
        int more = added is null ? 0 : (int)added.Shape[SequenceAxis] * row;
        byte[] bytes = new byte[outer * (own + more)];
        for (int i = 0; i < outer; i++)
        {
            value.Bytes.Span.Slice((i * (own + (first * row))) + (first * row), own).CopyTo(bytes.AsSpan(i * (own + more)));
            added?.Bytes.Span.Slice(i * more, more).CopyTo(bytes.AsSpan((i * (own + more)) + own));
        }

        lengths[SequenceAxis] = (own + more) / row;
        return TensorValue.Take(Type, new TensorShape(lengths), bytes);
    }

    /// <summary>Copies the cache of some of the sequences.</summary>
    internal TensorValue Keep(TensorValue value, IReadOnlyList<int> rows)
    {
        long[] lengths = [.. value.Shape.Lengths];
        int outer = (int)lengths.Take(BatchAxis).Aggregate(1L, static (product, length) => product * length);
        int batch = (int)lengths[BatchAxis];
        int inner = value.Bytes.Length / Math.Max(1, outer * batch);
        lengths[BatchAxis] = rows.Count;
        byte[] bytes = new byte[outer * rows.Count * inner];
        for (int i = 0; i < outer; i++)
        {
            for (int row = 0; row < rows.Count; row++)
            {
                value.Bytes.Span.Slice(((i * batch) + rows[row]) * inner, inner).CopyTo(bytes.AsSpan(((i * rows.Count) + row) * inner));
            }
        }

        return TensorValue.Take(Type, new TensorShape(lengths), bytes);
    }
}
