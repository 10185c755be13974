using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The axes of one resizing. Immutable and thread-safe.</summary>
/// <param name="Axes">The axes, outermost first.</param>
internal sealed record ResizePlan(ImmutableArray<ResizeAxis> Axes)
{
    /// <summary>Gets the shape of the output.</summary>
    internal TensorShape Shape
    {
        get
        {
            Span<long> lengths = stackalloc long[Axes.Length];
            for (int axis = 0; axis < lengths.Length; axis++)
            {
                lengths[axis] = Axes[axis].Output;
            }

            return new TensorShape(lengths);
        }
    }

    /// <summary>Makes the plan from scales, of which each axis of the input has one.</summary>
    internal static string? OfScales(TensorShape shape, ReadOnlySpan<float> scales, ReadOnlySpan<(float Start, float End)> regions, bool hasRegion, out ResizePlan? plan)
    {
        var axes = new ResizeAxis[shape.Rank];
        long[] lengths = new long[shape.Rank];
        plan = null;
        for (int axis = 0; axis < axes.Length; axis++)
        {
            float scale = scales[axis];
            float part = hasRegion ? shape[axis] * (regions[axis].End - regions[axis].Start) : shape[axis];
            float length = MathF.Floor(part * scale);
            if (!(scale > 0f) || !(length >= 0f && length < 4e18f))
            {
                return $"Expected scales above 0 that give lengths, got {scale} for {shape[axis]} elements.";
            }

            lengths[axis] = (long)length;
            axes[axis] = new ResizeAxis(shape[axis], lengths[axis], scale, part * scale, regions[axis].Start, regions[axis].End);
        }

        return Finish(shape, axes, lengths, out plan);
    }

    /// <summary>Makes the plan from the lengths of the output.</summary>
    internal static string? OfSizes(
        TensorShape shape, ReadOnlySpan<long> sizes, ReadOnlySpan<int> chosen, string policy, ReadOnlySpan<(float Start, float End)> regions, out ResizePlan? plan)
    {
        var axes = new ResizeAxis[shape.Rank];
        long[] lengths = [.. shape.Lengths.AsSpan()];
        plan = null;
        float common = policy == "not_larger" ? float.PositiveInfinity : 0f;
        for (int i = 0; i < chosen.Length; i++)
        {
            if (sizes[i] < 0 || (shape[chosen[i]] == 0 && sizes[i] > 0))
            {
                return $"Expected sizes of 0 or more and elements to resize, got {sizes[i]} for {shape[chosen[i]]} elements.";
            }

            float scale = shape[chosen[i]] == 0 ? 1f : (float)sizes[i] / shape[chosen[i]];
            common = policy == "not_larger" ? MathF.Min(common, scale) : MathF.Max(common, scale);
            lengths[chosen[i]] = sizes[i];
        }

        for (int axis = 0; axis < axes.Length; axis++)
        {
            float scale = shape[axis] == 0 ? 1f : (float)lengths[axis] / shape[axis];
            float resized = lengths[axis];
            if (policy != "stretch" && chosen.Contains(axis))
            {
                scale = common;
                resized = scale * shape[axis];
                double length = Math.Floor(resized + 0.5);
                if (length >= 4e18)
                {
                    return $"Expected sizes that give lengths, got a scale of {scale} for {shape[axis]} elements.";
                }

                lengths[axis] = (long)length;
            }

            axes[axis] = new ResizeAxis(shape[axis], lengths[axis], scale, resized, regions[axis].Start, regions[axis].End);
        }

        return Finish(shape, axes, lengths, out plan);
    }

    /// <summary>Reads the regions of the axes; the whole axis where there is none.</summary>
    internal static string? ReadRegions(OperatorInputs inputs, int input, ReadOnlySpan<int> chosen, Span<(float Start, float End)> regions)
    {
        regions.Fill((0f, 1f));
        if (!inputs.Has(input) || inputs.ShapeOf(input).ElementCount != 2 * chosen.Length || !ElementTypes.IsFloat(inputs.TypeOf(input)))
        {
            return $"Expected a region of {2 * chosen.Length} floats as input {input}, got {(inputs.Has(input) ? inputs.SignatureOf(input) : "none")}.";
        }

        for (int i = 0; i < chosen.Length; i++)
        {
            float start = ElementBits.ToSingle(ElementConversion.Convert(inputs.ReadBits(input, i), inputs.TypeOf(input), ElementType.Float32));
            float end = ElementBits.ToSingle(ElementConversion.Convert(inputs.ReadBits(input, i + chosen.Length), inputs.TypeOf(input), ElementType.Float32));
            if (!float.IsFinite(start) || !float.IsFinite(end))
            {
                return $"Expected a finite region, got {start} to {end}.";
            }

            regions[chosen[i]] = (start, end);
        }

        return null;
    }

    private static string? Finish(TensorShape shape, ResizeAxis[] axes, long[] lengths, out ResizePlan? plan)
    {
        plan = null;
        if (Faults.Shape(lengths, out TensorShape output) is string fault)
        {
            return fault;
        }

        plan = new ResizePlan([.. axes]);
        return output.ElementCount == 0 || shape.ElementCount > 0 ? null : $"Expected elements to resize, got {shape} for an output of {output}.";
    }
}
