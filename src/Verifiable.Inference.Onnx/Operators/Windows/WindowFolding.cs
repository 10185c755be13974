using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Folds the elements under the taps of a window, for neighbouring places at once. Stateless and thread-safe.</summary>
internal readonly struct WindowFolding<TFold>(int[] taps, int largestTap) : IWindowKernel
    where TFold : struct, IWindowFold
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run(ReadOnlySpan<float> source, Span<float> target, int count)
    {
        int lanes = Vector512<float>.Count;
        if (!Vector128.IsHardwareAccelerated)
        {
            for (int i = 0; i < count; i++)
            {
                float result = source[i + taps[0]];
                for (int tap = 1; tap < taps.Length; tap++)
                {
                    result = TFold.Fold(result, source[i + taps[tap]]);
                }

                target[i] = result;
            }

            return;
        }

        // The last vector may go over the end, or overlap the one before it.
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(target);
        int last = Math.Max(0, count - lanes);
        _ = target[..(last + lanes)];
        _ = source[..(largestTap + last + lanes)];
        for (int i = 0; i < count; i += 2 * lanes)
        {
            nuint first = (nuint)Math.Min(i, last);
            nuint second = (nuint)Math.Min(i + lanes, last);
            Vector512<float> left = Vector512.LoadUnsafe(ref from, first + (nuint)taps[0]);
            Vector512<float> right = Vector512.LoadUnsafe(ref from, second + (nuint)taps[0]);
            for (int tap = 1; tap < taps.Length; tap++)
            {
                left = TFold.Fold(left, Vector512.LoadUnsafe(ref from, first + (nuint)taps[tap]));
                right = TFold.Fold(right, Vector512.LoadUnsafe(ref from, second + (nuint)taps[tap]));
            }

            left.StoreUnsafe(ref to, first);
            right.StoreUnsafe(ref to, second);
        }
    }
}
