namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// One axis of a resized tensor: where an output coordinate lies in the input, and the weights of the elements around it. Everything is computed in binary32, each operation
/// rounded by itself, whatever the type of the elements. Immutable and thread-safe.
/// </summary>
/// <param name="Length">The length of the axis in the input, 1 or more.</param>
/// <param name="Output">The length in the output.</param>
/// <param name="Scale">The factor.</param>
/// <param name="Resized">The length before it was cut to a whole number: the output's where sizes are given, otherwise the input's times the factor.</param>
/// <param name="Start">Where the region starts, in units of the axis; used with regions only.</param>
/// <param name="End">Where the region ends.</param>
internal sealed record ResizeAxis(long Length, long Output, float Scale, float Resized, float Start, float End)
{
    // Coordinates beyond it are rounded, so that binary32 tells no more elements apart.
    private const long MostCompared = 1 << 24;

    /// <summary>Gets a value indicating whether the axis stays as it is. One of more than 2^24 elements does where its coordinates are not computed with at all, and
    /// otherwise is interpolated like any other.</summary>
    internal bool IsSame(ResizeAttributes attributes)
    {
        if (Length != Output || (Output > 0 && attributes.Antialias && Scale < 1f))
        {
            return false;
        }

        if (attributes.Coordinates == "asymmetric" && Scale == 1f)
        {
            return true;
        }

        for (long i = 0; i < Output; i++)
        {
            if (i >= MostCompared || Coordinate(attributes, i) != i)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Maps a coordinate of the output to the input.</summary>
    internal float Coordinate(ResizeAttributes attributes, long output)
    {
        float x = output;
        switch (attributes.Coordinates)
        {
            case "asymmetric":
                return x / Scale;
            case "align_corners":
                return Resized == 1f ? 0f : x * (Length - 1) / (Resized - 1f);
            case "pytorch_half_pixel":
                return Output > 1 ? ((x + 0.5f) / Scale) - 0.5f : 0f;
            case "tf_half_pixel_for_nn":
                return (x + 0.5f) / Scale;
            case "tf_crop_and_resize":
                float last = Length - 1;
                return Output > 1 ? (Start * last) + (x * (End - Start) * last / (Resized - 1f)) : 0.5f * (Start + End) * last;
            case "half_pixel_symmetric":
                float adjustment = Output / (Scale * Length);
                float offset = Length / 2f * (1f - adjustment);
                return offset + ((x + 0.5f) / Scale) - 0.5f;
            default:
                return ((x + 0.5f) / Scale) - 0.5f;
        }
    }

    /// <summary>Tells whether a coordinate lies outside the input where a region is mapped: the output has the extrapolation value there. So does NaN.</summary>
    internal bool IsOutside(ResizeAttributes attributes, float at) => attributes.HasRegion && !(at >= 0f && at <= Length - 1);

    /// <summary>Gets the nearest coordinate of the input.</summary>
    internal long Nearest(ResizeAttributes attributes, float at)
    {
        float floor = Floor(at);
        float fraction = at - floor;
        bool up = attributes.Nearest switch
        {
            "floor" => false,
            "ceil" => fraction > 0f,
            "round_prefer_ceil" => fraction >= 0.5f,
            "simple" => Scale < 1f && fraction > 0f,
            _ => fraction > 0.5f,
        };
        return Clamp(floor + (up ? 1f : 0f));
    }

    /// <summary>Counts the taps of one output coordinate, those without weight too.</summary>
    internal Int128 TapCount(ResizeAttributes attributes)
    {
        int half = attributes.Mode == "cubic" ? 2 : 1;
        float scale = attributes.Antialias ? MathF.Min(Scale, 1f) : 1f;
        return 2 - (2 * (Int128.CreateSaturating(MathF.Max(MathF.Floor(-half / scale), -1e30f)) + 1));
    }

    /// <summary>Gets the elements around an output coordinate and their weights, in index order; those of weight 0 are left out.</summary>
    internal void AddTaps(ResizeAttributes attributes, long output, List<int> indices, List<float> weights)
    {
        float at = Coordinate(attributes, output);
        bool isCubic = attributes.Mode == "cubic";
        if (!isCubic && !attributes.Antialias)
        {
            // Beyond the edge there is nothing but the edge.
            at = MathF.Min(MathF.Max(at, 0f), Length - 1);
        }

        float floor = Floor(at);
        float fraction = at - floor;
        float scale = attributes.Antialias ? MathF.Min(Scale, 1f) : 1f;
        int first = (int)MathF.Floor(-(isCubic ? 2 : 1) / scale) + 1;
        int start = indices.Count;
        float sum = -0f;
        for (int i = first; i <= 1 - first; i++)
        {
            float place = floor + i;
            float distance = MathF.Abs((i - fraction) * scale);
            float weight = isCubic ? Cubic(attributes.CubicCoefficient, distance) : MathF.Max(0f, 1f - distance);
            weight = attributes.ExcludesOutside && (place < 0f || place > Length - 1) ? 0f : weight;
            sum += weight;
            if (weight != 0f)
            {
                indices.Add((int)Clamp(place));
                weights.Add(weight);
            }
        }

        if (attributes.ExcludesOutside || attributes.Antialias)
        {
            for (int i = start; i < weights.Count; i++)
            {
                weights[i] /= sum;
            }
        }

        if (indices.Count == start)
        {
            indices.Add((int)Clamp(floor));
            weights.Add(0f);
        }
    }

    private static float Cubic(float a, float distance)
    {
        if (distance <= 1f)
        {
            return ((((a + 2f) * distance) - (a + 3f)) * distance * distance) + 1f;
        }

        return distance < 2f ? (((((a * distance) - (5f * a)) * distance) + (8f * a)) * distance) - (4f * a) : 0f;
    }

    private static float Floor(float value) => MathF.Floor(value);

    // NaN and everything below become 0.
    private long Clamp(float place) => place >= Length - 1 ? Length - 1 : place > 0f ? (long)place : 0;
}
