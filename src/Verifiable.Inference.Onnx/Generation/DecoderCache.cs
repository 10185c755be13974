using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Operators;
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
    /// <summary>Gets a value indicating whether the graph itself puts what is new behind the past; where it does not, every step is checked.</summary>
    internal bool IsAppended { get; init; }

    /// <summary>Makes the cache of sequences without tokens.</summary>
    internal TensorValue Empty(int batch)
    {
        long[] lengths = [.. Lengths];
        lengths[BatchAxis] = batch;
        return TensorValue.Take(Type, new TensorShape(lengths), ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>Gets the type and shape of the cache of so many tokens of so many sequences.</summary>
    internal TensorSignature SignatureOf(int batch, int tokens)
    {
        long[] lengths = [.. Lengths];
        (lengths[BatchAxis], lengths[SequenceAxis]) = (batch, tokens);
        return new TensorSignature(Type, new TensorShape(lengths));
    }

    /// <summary>Tells whether a tensor is the cache of so many tokens of so many sequences.</summary>
    internal bool Fits(TensorValue value, int batch, int tokens) => new TensorSignature(value.Type, value.Shape) == SignatureOf(batch, tokens);

    /// <summary>Tells whether a cache begins, sequence by sequence and head by head, with another of fewer tokens.</summary>
    internal bool StartsWith(TensorValue value, TensorValue past)
    {
        if (past.Bytes.IsEmpty)
        {
            return true;
        }

        int outer = (int)value.Shape.Lengths.Take(SequenceAxis).Aggregate(1L, static (product, length) => product * length);
        (int own, int before) = (value.Bytes.Length / outer, past.Bytes.Length / outer);
        for (int i = 0; i < outer; i++)
        {
            if (!value.Bytes.Span.Slice(i * own, before).SequenceEqual(past.Bytes.Span.Slice(i * before, before)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Copies what stands behind the first tokens.</summary>
    internal TensorValue Tail(TensorValue value, int first)
    {
        if (first == 0)
        {
            return value;
        }

        long[] lengths = [.. value.Shape.Lengths];
        long outer = lengths.Take(SequenceAxis).Aggregate(1L, static (product, length) => product * length);
        int row = (int)lengths.Skip(SequenceAxis + 1).Aggregate((long)ElementTypes.SizeOf(Type), static (product, length) => product * length);
        int skipped = first * row;
        int own = ((int)lengths[SequenceAxis] * row) - skipped;
        byte[] bytes = new byte[outer * own];
        for (int i = 0; i < outer; i++)
        {
            value.Bytes.Span.Slice((i * (own + skipped)) + skipped, own).CopyTo(bytes.AsSpan(i * own));
        }

        lengths[SequenceAxis] -= first;
        return TensorValue.Take(Type, new TensorShape(lengths), bytes);
    }

    /// <summary>Puts pieces of tokens of one sequence behind each other.</summary>
    internal TensorValue Join(IReadOnlyList<TensorValue> pieces)
    {
        long[] lengths = [.. Lengths];
        lengths[BatchAxis] = 1;
        lengths[SequenceAxis] = pieces.Sum(piece => piece.Shape[SequenceAxis]);
        TensorShape shape = new(lengths);
        int outer = (int)lengths.Take(SequenceAxis).Aggregate(1L, static (product, length) => product * length);
        byte[] bytes = new byte[checked(shape.ElementCount * ElementTypes.SizeOf(Type))];
        int length = outer == 0 ? 0 : bytes.Length / outer;
        int start = 0;
        foreach (TensorValue piece in pieces)
        {
            int own = outer == 0 ? 0 : piece.Bytes.Length / outer;
            for (int i = 0; i < outer; i++)
            {
                piece.Bytes.Span.Slice(i * own, own).CopyTo(bytes.AsSpan((i * length) + start));
            }

            start += own;
        }

        return TensorValue.Take(Type, shape, bytes);
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
