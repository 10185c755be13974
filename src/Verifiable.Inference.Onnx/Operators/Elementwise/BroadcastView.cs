using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>How one tensor is read where it is broadcast to the shape of an output: axes that move alike are one. Immutable and thread-safe.</summary>
internal sealed class BroadcastView
{
    private readonly TensorShape _input;
    private readonly TensorShape _output;

    // The axes but the last, which is the run, outermost first.
    private readonly int[] _lengths;
    private readonly int[] _strides;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private BroadcastView(TensorShape input, TensorShape output)
    {
        _input = input;
        _output = output;
        var lengths = new List<int>(output.Rank);
        var strides = new List<int>(output.Rank);
        int dense = 1;
        for (int i = 1; i <= output.Rank; i++)
        {
            int length = (int)output[output.Rank - i];
            bool repeats = i > input.Rank || input[input.Rank - i] == 1;
            int stride = repeats ? 0 : dense;
            dense *= repeats ? 1 : length;
            if (length == 1)
            {
                continue;
            }

            if (lengths.Count > 0 && stride == strides[^1] * lengths[^1])
            {
                lengths[^1] *= length;
                continue;
            }

            lengths.Add(length);
            strides.Add(stride);
        }

        Run = lengths.Count == 0 ? 1 : lengths[0];
        Repeats = lengths.Count > 0 && strides[0] == 0;
        IsWhole = lengths.Count == 0 || (lengths.Count == 1 && !Repeats);
        IsOne = input.ElementCount == 1;
        _lengths = new int[Math.Max(0, lengths.Count - 1)];
        _strides = new int[_lengths.Length];
        for (int i = 0; i < _lengths.Length; i++)
        {
            _lengths[i] = lengths[lengths.Count - 1 - i];
            _strides[i] = strides[lengths.Count - 1 - i];
        }
    }

    /// <summary>Gets the number of output elements along which the input either advances by one or repeats one element.</summary>
    internal int Run { get; }

    /// <summary>Gets a value indicating whether the input repeats one element along a run.</summary>
    internal bool Repeats { get; }

    /// <summary>Gets a value indicating whether the input has the elements of the output in order.</summary>
    internal bool IsWhole { get; }

    /// <summary>Gets a value indicating whether the input has one element.</summary>
    internal bool IsOne { get; }

    /// <summary>Gets the view of one tensor, the last one where the shapes are the same again.</summary>
    /// <param name="last">The last view; replaced.</param>
    /// <param name="input">The tensor's shape, which broadcasts to the output's.</param>
    /// <param name="output">The output's shape, without an axis of length 0, of fewer than 2^31 elements.</param>
    internal static BroadcastView Get(ref BroadcastView? last, TensorShape input, TensorShape output)
    {
        BroadcastView? view = last;
        if (view is null || view._input != input || view._output != output)
        {
            view = new BroadcastView(input, output);
            last = view;
        }

        return view;
    }

    /// <summary>Finds the input's element for a position of the output.</summary>
    /// <param name="position">The row-major index in the output.</param>
    /// <param name="count">The number of output elements from there to the end of the run.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal int Locate(int position, out int count)
    {
        int row = position / Run;
        int column = position - (row * Run);
        count = Run - column;
        int offset = Repeats ? 0 : column;
        for (int axis = _lengths.Length - 1; axis >= 0; axis--)
        {
            (row, int index) = Math.DivRem(row, _lengths[axis]);
            offset += index * _strides[axis];
        }

        return offset;
    }

    /// <summary>Copies what the output sees of the input from a position on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void Expand<T>(ReadOnlySpan<T> input, int start, Span<T> target)
        where T : unmanaged
    {
        if (IsOne)
        {
            target.Fill(input[0]);
            return;
        }

        int column = start % Run;
        int row = start / Run;
        int offset = 0;
        Span<int> indices = stackalloc int[TensorShape.MaxRank];
        for (int axis = _lengths.Length - 1; axis >= 0; axis--)
        {
            (row, indices[axis]) = Math.DivRem(row, _lengths[axis]);
            offset += indices[axis] * _strides[axis];
        }

        while (true)
        {
            int count = Math.Min(Run - column, target.Length);
            if (Repeats)
            {
                target[..count].Fill(input[offset]);
            }
            else
            {
                input.Slice(offset + column, count).CopyTo(target);
            }

            target = target[count..];
            if (target.IsEmpty)
            {
                return;
            }

            column = 0;
            offset = Next(indices, offset);
        }
    }

    /// <summary>Gets an input's elements from a position of the output on: its own where it has them in order, else copied to a scratch span.</summary>
    internal ReadOnlySpan<T> Read<T>(TensorValue input, int start, Span<T> scratch)
        where T : unmanaged
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(input.Bytes.Span);
        if (IsWhole)
        {
            return elements.Slice(start, scratch.Length);
        }

        Expand(elements, start, scratch);
        return scratch;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private int Next(Span<int> indices, int offset)
    {
        for (int axis = _lengths.Length - 1; axis >= 0; axis--)
        {
            offset += _strides[axis];
            if (++indices[axis] < _lengths[axis])
            {
                return offset;
            }

            offset -= _lengths[axis] * _strides[axis];
            indices[axis] = 0;
        }

        return offset;
    }
}
