using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Applies a function of two elements to a run of an output, whatever way its operands are broadcast.</summary>
internal static class PairLoop
{
    // Shorter runs cost more to find than to compute: the operand is copied out first.
    private const int LeastRun = 32;
    private const int Piece = 1024;

    /// <summary>Computes the output elements from a position on.</summary>
    internal static void Run<T, TResult, TPair>(
        ReadOnlySpan<T> left, BroadcastView leftView, ReadOnlySpan<T> right, BroadcastView rightView, Span<TResult> result, int start)
        where T : unmanaged
        where TResult : unmanaged
        where TPair : struct, IPairFunction<T, TResult>
    {
        if (leftView.IsWhole)
        {
            Second<T, TResult, TPair>(left.Slice(start, result.Length), right, rightView, result, start);
        }
        else if (rightView.IsWhole)
        {
            First<T, TResult, TPair>(left, leftView, right.Slice(start, result.Length), result, start);
        }
        else
        {
            Both<T, TResult, TPair>(left, leftView, right, rightView, result, start);
        }
    }

    /// <summary>Computes output elements from as many left operands, which may lie in the same place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Second<T, TResult, TPair>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, BroadcastView view, Span<TResult> result, int start)
        where T : unmanaged
        where TResult : unmanaged
        where TPair : struct, IPairFunction<T, TResult>
    {
        if (view.IsOne)
        {
            TPair.Apply(left, right[0], result);
        }
        else if (view.IsWhole)
        {
            TPair.Apply(left, right.Slice(start, left.Length), result);
        }
        else if (view.Run < LeastRun)
        {
            SecondCopied<T, TResult, TPair>(left, right, view, result, start);
        }
        else
        {
            for (int i = 0; i < left.Length;)
            {
                int offset = view.Locate(start + i, out int count);
                count = Math.Min(count, left.Length - i);
                if (view.Repeats)
                {
                    TPair.Apply(left.Slice(i, count), right[offset], result.Slice(i, count));
                }
                else
                {
                    TPair.Apply(left.Slice(i, count), right.Slice(offset, count), result.Slice(i, count));
                }

                i += count;
            }
        }
    }

    /// <summary>Computes output elements from as many right operands, which may lie in the same place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void First<T, TResult, TPair>(ReadOnlySpan<T> left, BroadcastView view, ReadOnlySpan<T> right, Span<TResult> result, int start)
        where T : unmanaged
        where TResult : unmanaged
        where TPair : struct, IPairFunction<T, TResult>
    {
        if (view.IsOne)
        {
            TPair.Apply(left[0], right, result);
        }
        else if (view.IsWhole)
        {
            TPair.Apply(left.Slice(start, right.Length), right, result);
        }
        else if (view.Run < LeastRun)
        {
            FirstCopied<T, TResult, TPair>(left, view, right, result, start);
        }
        else
        {
            for (int i = 0; i < right.Length;)
            {
                int offset = view.Locate(start + i, out int count);
                count = Math.Min(count, right.Length - i);
                if (view.Repeats)
                {
                    TPair.Apply(left[offset], right.Slice(i, count), result.Slice(i, count));
                }
                else
                {
                    TPair.Apply(left.Slice(offset, count), right.Slice(i, count), result.Slice(i, count));
                }

                i += count;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Both<T, TResult, TPair>(
        ReadOnlySpan<T> left, BroadcastView leftView, ReadOnlySpan<T> right, BroadcastView rightView, Span<TResult> result, int start)
        where T : unmanaged
        where TResult : unmanaged
        where TPair : struct, IPairFunction<T, TResult>
    {
        Span<T> copy = stackalloc T[Math.Min(Piece, result.Length)];
        for (int i = 0; i < result.Length; i += copy.Length)
        {
            Span<TResult> piece = result.Slice(i, Math.Min(copy.Length, result.Length - i));
            leftView.Expand(left, start + i, copy[..piece.Length]);
            Second<T, TResult, TPair>(copy[..piece.Length], right, rightView, piece, start + i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void SecondCopied<T, TResult, TPair>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, BroadcastView view, Span<TResult> result, int start)
        where T : unmanaged
        where TResult : unmanaged
        where TPair : struct, IPairFunction<T, TResult>
    {
        Span<T> copy = stackalloc T[Math.Min(Piece, left.Length)];
        for (int i = 0; i < left.Length; i += copy.Length)
        {
            int count = Math.Min(copy.Length, left.Length - i);
            view.Expand(right, start + i, copy[..count]);
            TPair.Apply(left.Slice(i, count), copy[..count], result.Slice(i, count));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FirstCopied<T, TResult, TPair>(ReadOnlySpan<T> left, BroadcastView view, ReadOnlySpan<T> right, Span<TResult> result, int start)
        where T : unmanaged
        where TResult : unmanaged
        where TPair : struct, IPairFunction<T, TResult>
    {
        Span<T> copy = stackalloc T[Math.Min(Piece, right.Length)];
        for (int i = 0; i < right.Length; i += copy.Length)
        {
            int count = Math.Min(copy.Length, right.Length - i);
            view.Expand(left, start + i, copy[..count]);
            TPair.Apply(copy[..count], right.Slice(i, count), result.Slice(i, count));
        }
    }
}
