using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Where a window stands over the spatial axes of one input shape. Not changed once it is filled.</summary>
internal sealed class WindowPlan
{
    internal WindowPlan(int axes)
    {
        Inputs = new long[axes];
        Kernel = new long[axes];
        Outputs = new long[axes];
        Strides = new long[axes];
        Dilations = new long[axes];
        Before = new long[axes];
        After = new long[axes];
    }

    internal int Axes => Inputs.Length;

    /// <summary>Gets the input's length an axis.</summary>
    internal long[] Inputs { get; }

    /// <summary>Gets the window's length an axis.</summary>
    internal long[] Kernel { get; }

    /// <summary>Gets the number of places of the window an axis.</summary>
    internal long[] Outputs { get; }

    internal long[] Strides { get; }

    internal long[] Dilations { get; }

    /// <summary>Gets the padding before the input an axis.</summary>
    internal long[] Before { get; }

    /// <summary>Gets the padding after the input an axis.</summary>
    internal long[] After { get; }

    /// <summary>Gets the number of taps of the window.</summary>
    internal long Taps => Product(Kernel);

    /// <summary>Gets the number of places of the window.</summary>
    internal long Places => Product(Outputs);

    /// <summary>Gets the number of input elements over all spatial axes.</summary>
    internal long Area => Product(Inputs);

    internal void Set(int axis, long input, long kernel, long output, long stride, long dilation, long before, long after)
    {
        Inputs[axis] = input;
        Kernel[axis] = kernel;
        Outputs[axis] = output;
        Strides[axis] = stride;
        Dilations[axis] = dilation;
        Before[axis] = before;
        After[axis] = after;
    }

    /// <summary>Makes the output's shape.</summary>
    internal string? Shape(long batch, long channels, out TensorShape shape) => Faults.Shape([batch, channels, .. Outputs], out shape);

    /// <summary>Finds the input element under a tap, or −1 when the tap is on padding.</summary>
    /// <param name="place">The row-major index of the window's place.</param>
    /// <param name="tap">The row-major index within the window.</param>
    internal long Locate(long place, long tap) => Locate(place, tap, out _);

    /// <summary>Finds the input element under a tap, or −1; tells too whether the tap is within the padding that was asked for, and not beyond it.</summary>
    internal long Locate(long place, long tap, out bool isWithin)
    {
        long offset = 0;
        long stride = 1;
        bool inside = true;
        isWithin = true;
        for (int axis = Axes - 1; axis >= 0; axis--)
        {
            long coordinate = (place % Outputs[axis] * Strides[axis]) + (tap % Kernel[axis] * Dilations[axis]) - Before[axis];
            place /= Outputs[axis];
            tap /= Kernel[axis];
            inside &= coordinate >= 0 && coordinate < Inputs[axis];
            isWithin &= coordinate < Inputs[axis] + After[axis];
            offset += coordinate * stride;
            stride *= Inputs[axis];
        }

        return inside ? offset : -1;
    }

    /// <summary>Finds, for a window that spreads its places over the input, the place from which a tap meets an input element.</summary>
    /// <param name="element">The row-major index of the element.</param>
    /// <param name="tap">The row-major index within the window.</param>
    /// <param name="place">The place, or −1 when the tap would meet the element from beyond all places.</param>
    /// <returns>Whether the tap meets the element from some multiple of the strides.</returns>
    internal bool TryLocateTransposed(long element, long tap, out long place)
    {
        place = 0;
        long stride = 1;
        bool inside = true;
        for (int axis = Axes - 1; axis >= 0; axis--)
        {
            long distance = (element % Inputs[axis]) + Before[axis] - (tap % Kernel[axis] * Dilations[axis]);
            element /= Inputs[axis];
            tap /= Kernel[axis];
            if (distance % Strides[axis] != 0)
            {
                return false;
            }

            inside &= distance >= 0 && distance / Strides[axis] < Outputs[axis];
            place += distance / Strides[axis] * stride;
            stride *= Outputs[axis];
        }

        place = inside ? place : -1;
        return true;
    }

    /// <summary>Lists the input elements under the taps of one place, in the order of the taps, without those on padding.</summary>
    /// <param name="place">The row-major index of the window's place.</param>
    /// <param name="offsets">Where to write; room for <see cref="Area"/> or <see cref="Taps"/>, whichever is less.</param>
    /// <param name="within">How many taps are within the padding that was asked for, those on it counted.</param>
    /// <returns>How many elements there are.</returns>
    internal int List(long place, Span<int> offsets, out long within)
    {
        // On each axis the taps over the input are neighbours: only their first and their number are needed.
        Span<int> counts = stackalloc int[Axes];
        Span<int> steps = stackalloc int[Axes];
        long offset = 0;
        long stride = 1;
        bool isEmpty = false;
        within = 1;
        for (int axis = Axes - 1; axis >= 0; axis--)
        {
            long start = (place % Outputs[axis] * Strides[axis]) - Before[axis];
            place /= Outputs[axis];
            long first = start >= 0 ? 0 : (Dilations[axis] - 1 - start) / Dilations[axis];
            long count = TapsBelow(axis, start, Inputs[axis]) - first;
            within *= TapsBelow(axis, start, Inputs[axis] + After[axis]);
            isEmpty |= count <= 0;
            counts[axis] = (int)Math.Max(count, 0);
            steps[axis] = isEmpty || count == 1 ? 0 : (int)(Dilations[axis] * stride);
            offset += (start + (first * Dilations[axis])) * stride;
            stride *= Inputs[axis];
        }

        if (isEmpty)
        {
            return 0;
        }

        offsets[0] = (int)offset;
        int total = 1;
        for (int axis = 0; axis < counts.Length; axis++)
        {
            // From the end, so that nothing is overwritten before it is read.
            for (int i = total - 1; i >= 0; i--)
            {
                int from = offsets[i];
                for (int tap = counts[axis] - 1; tap >= 0; tap--)
                {
                    offsets[(i * counts[axis]) + tap] = from + (tap * steps[axis]);
                }
            }

            total *= counts[axis];
        }

        return total;
    }

    /// <summary>Counts the taps on one axis that stand over the input, or over the padded input.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="place">The place on this axis.</param>
    /// <param name="countsPadding">Whether taps on the padding that was asked for count.</param>
    internal long CountTaps(int axis, long place, bool countsPadding)
    {
        long start = (place * Strides[axis]) - Before[axis];
        if (countsPadding)
        {
            return TapsBelow(axis, start, Inputs[axis] + After[axis]);
        }

        long first = start >= 0 ? 0 : (Dilations[axis] - 1 - start) / Dilations[axis];
        return Math.Max(0, TapsBelow(axis, start, Inputs[axis]) - first);
    }

    private long TapsBelow(int axis, long start, long end) =>
        start >= end ? 0 : Math.Min(Kernel[axis], (end - start + Dilations[axis] - 1) / Dilations[axis]);

    private static long Product(long[] lengths)
    {
        long product = 1;
        foreach (long length in lengths)
        {
            product *= length;
        }

        return product;
    }
}
