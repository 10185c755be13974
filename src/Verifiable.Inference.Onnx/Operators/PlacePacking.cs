using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Gathers the inputs of some neighbouring places for the contraction kernels: line k holds, for each place, the element under tap k. Stateless and thread-safe.</summary>
internal static class PlacePacking
{
    /// <summary>The number of elements after the last line that may be written.</summary>
    internal const int Slack = 32;

    private const int Lanes = 16;
    private const int MostPlaces = 32;

    /// <summary>Writes the lines of some taps.</summary>
    /// <param name="source">The input of a group, laid out.</param>
    /// <param name="layout">How it is laid out.</param>
    /// <param name="taps">The offset of each line.</param>
    /// <param name="first">The first place.</param>
    /// <param name="count">The number of places, at most 32.</param>
    /// <param name="width">The distance between lines, <paramref name="count"/> or more; what lies between becomes anything.</param>
    /// <param name="target">Where to write; <see cref="Slack"/> elements after the last line become anything.</param>
    internal static void Pack(ReadOnlySpan<float> source, WindowLayout layout, ReadOnlySpan<int> taps, int first, int count, int width, Span<float> target)
    {
        Span<int> from = stackalloc int[MostPlaces];
        Span<int> to = stackalloc int[MostPlaces];
        int copies = List(layout, first, count, from, to);
        from = from[..copies];
        to = to[..copies];
        if (!Vector128.IsHardwareAccelerated)
        {
            for (int k = 0; k < taps.Length; k++)
            {
                PackLine(source[taps[k]..], from, to, count, target.Slice(k * width, width));
            }

            return;
        }

        // All is checked once, here, but for the last lines of an input that has no slack.
        int reach = from[^1] + Lanes;
        _ = target[..checked((taps.Length * width) + Slack)];
        ref float begin = ref MemoryMarshal.GetReference(source);
        ref float line = ref MemoryMarshal.GetReference(target);
        (int f0, int f1, int f2) = (from[0], from[Math.Min(1, copies - 1)], from[Math.Min(2, copies - 1)]);
        (int t0, int t1, int t2) = (to[0], to[Math.Min(1, copies - 1)], to[Math.Min(2, copies - 1)]);
        unchecked
        {
            for (int k = 0; k < taps.Length; k++)
            {
                // In order: what a copy writes beyond its end, the next one, or the next line, overwrites.
                int tap = taps[k];
                if (tap + reach > source.Length || tap < 0)
                {
                    PackLine(source[tap..], from, to, count, target.Slice(k * width, width));
                }
                else if (copies <= 3)
                {
                    ref float shifted = ref Unsafe.Add(ref begin, tap);
                    Vector512.LoadUnsafe(ref shifted, (nuint)f0).StoreUnsafe(ref line, (nuint)t0);
                    if (copies > 1)
                    {
                        Vector512.LoadUnsafe(ref shifted, (nuint)f1).StoreUnsafe(ref line, (nuint)t1);
                    }

                    if (copies > 2)
                    {
                        Vector512.LoadUnsafe(ref shifted, (nuint)f2).StoreUnsafe(ref line, (nuint)t2);
                    }
                }
                else
                {
                    ref float shifted = ref Unsafe.Add(ref begin, tap);
                    for (int i = 0; i < from.Length; i++)
                    {
                        Vector512.LoadUnsafe(ref shifted, (nuint)from[i]).StoreUnsafe(ref line, (nuint)to[i]);
                    }
                }

                line = ref Unsafe.Add(ref line, width);
            }
        }
    }

    // The runs of places that are neighbours, cut into vectors.
    private static int List(WindowLayout layout, int first, int count, Span<int> from, Span<int> to)
    {
        int copies = 0;
        int row = first / layout.RowLength;
        int column = first % layout.RowLength;
        for (int place = 0; place < count; row++)
        {
            int length = Math.Min(count - place, layout.RowLength - column);
            for (int i = 0; i < length; i += Lanes)
            {
                from[copies] = layout.RowStarts[row] + column + i;
                to[copies] = place + i;
                copies++;
            }

            place += length;
            column = 0;
        }

        return copies;
    }

    private static void PackLine(ReadOnlySpan<float> source, ReadOnlySpan<int> from, ReadOnlySpan<int> to, int count, Span<float> line)
    {
        for (int i = 0; i < from.Length; i++)
        {
            int end = i + 1 < from.Length ? to[i + 1] : count;
            for (int j = to[i]; j < end; j++)
            {
                line[j] = source[from[i] + j - to[i]];
            }
        }
    }
}
