using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Gathers the inputs of some neighbouring places for the contraction kernels: line k holds, for each place, the element under tap k. Stateless and thread-safe.</summary>
internal static class PlacePacking
{
    /// <summary>The number of elements after the last line of a panel that may be written.</summary>
    internal const int Slack = 32;

    /// <summary>The most places that are packed at once.</summary>
    internal const int MostPlaces = 512;

    private const int Lanes = 16;

    /// <summary>Writes the lines of some taps, a panel of places after the other.</summary>
    /// <param name="source">The input of a group, laid out.</param>
    /// <param name="layout">How it is laid out.</param>
    /// <param name="taps">The offset of each line.</param>
    /// <param name="first">The first place.</param>
    /// <param name="count">The number of places, at most <see cref="MostPlaces"/>.</param>
    /// <param name="width">The number of places of a panel.</param>
    /// <param name="lastLine">The distance between the lines of a last panel that has fewer places.</param>
    /// <param name="target">Where to write: <see cref="PanelLength"/> elements for each panel, of which those after the lines become anything.</param>
    internal static void Pack(ReadOnlySpan<float> source, WindowLayout layout, ReadOnlySpan<int> taps, int first, int count, int width, int lastLine, Span<float> target)
    {
        Span<int> from = stackalloc int[MostPlaces];
        Span<int> to = stackalloc int[MostPlaces];
        int full = count / width * width;
        int panel = PanelLength(taps.Length, width);
        if (full > 0)
        {
            Lines(source, taps, new Copies(layout, first, full, width, panel, from, to), width, target);
        }

        if (count > full)
        {
            Lines(source, taps, new Copies(layout, first + full, count - full, width, panel, from, to), lastLine, target[(full / width * panel)..]);
        }
    }

    /// <summary>Gets the distance between the starts of neighbouring panels.</summary>
    internal static int PanelLength(int lines, int width) => checked((lines * width) + Slack);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Lines(ReadOnlySpan<float> source, ReadOnlySpan<int> taps, in Copies copies, int width, Span<float> target)
    {
        if (!Vector128.IsHardwareAccelerated)
        {
            for (int k = 0; k < taps.Length; k++)
            {
                copies.RunExactly(source[taps[k]..], target[(k * width)..]);
            }

            return;
        }

        // All is checked once, here, but for the last lines of an input that has no slack.
        int count = copies.From.Length;
        int reach = copies.From[^1] + Lanes;
        _ = target[..checked(((taps.Length - 1) * width) + copies.To[^1] + Lanes)];
        ref float begin = ref MemoryMarshal.GetReference(source);
        ref float line = ref MemoryMarshal.GetReference(target);
        ref int from = ref MemoryMarshal.GetReference(copies.From);
        ref int to = ref MemoryMarshal.GetReference(copies.To);
        unchecked
        {
            for (int k = 0; k < taps.Length; k++)
            {
                // In order: what a copy writes beyond its end, the next one, or the next line, overwrites.
                int tap = taps[k];
                if (tap + reach > source.Length || tap < 0)
                {
                    copies.RunExactly(source[tap..], target[(k * width)..]);
                }
                else
                {
                    ref float shifted = ref Unsafe.Add(ref begin, tap);
                    int i = 0;
                    for (; i + 1 < count; i += 2)
                    {
                        Vector512<float> left = Vector512.LoadUnsafe(ref shifted, (nuint)(uint)Unsafe.Add(ref from, i));
                        Vector512<float> right = Vector512.LoadUnsafe(ref shifted, (nuint)(uint)Unsafe.Add(ref from, i + 1));
                        left.StoreUnsafe(ref line, (nuint)(uint)Unsafe.Add(ref to, i));
                        right.StoreUnsafe(ref line, (nuint)(uint)Unsafe.Add(ref to, i + 1));
                    }

                    if (i < count)
                    {
                        Vector512.LoadUnsafe(ref shifted, (nuint)(uint)Unsafe.Add(ref from, i)).StoreUnsafe(ref line, (nuint)(uint)Unsafe.Add(ref to, i));
                    }
                }

                line = ref Unsafe.Add(ref line, width);
            }
        }
    }

    /// <summary>The runs of places that are neighbours in the input and in a panel, cut into vectors.</summary>
    private readonly ref struct Copies
    {
        private readonly int _last;

        internal Copies(WindowLayout layout, int first, int count, int width, int panel, Span<int> from, Span<int> to)
        {
            int copies = 0;
            int row = first / layout.RowLength;
            int column = first % layout.RowLength;
            for (int place = 0; place < count;)
            {
                int length = Math.Min(Math.Min(count - place, width - (place % width)), layout.RowLength - column);
                for (int i = 0; i < length; i += Lanes)
                {
                    from[copies] = layout.RowStarts[row] + column + i;
                    to[copies] = (place / width * panel) + (place % width) + i;
                    _last = Math.Min(Lanes, length - i);
                    copies++;
                }

                place += length;
                column += length;
                if (column == layout.RowLength)
                {
                    column = 0;
                    row++;
                }
            }

            From = from[..copies];
            To = to[..copies];
        }

        internal ReadOnlySpan<int> From { get; }

        internal ReadOnlySpan<int> To { get; }

        /// <summary>Makes the copies of one line; writes beyond what it copies only where another copy of the line will be, and reads no more than it needs.</summary>
        internal void RunExactly(ReadOnlySpan<float> source, Span<float> line)
        {
            for (int i = 0; i < From.Length; i++)
            {
                int count = i + 1 == From.Length ? _last : Math.Min(Lanes, source.Length - From[i]);
                source.Slice(From[i], count).CopyTo(line[To[i]..]);
            }
        }
    }
}
