namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>Sums as canonical arithmetic, parts 2 and 3, says.</summary>
internal static class PlainSums
{
    /// <summary>Contracts two rows of one length, without bias.</summary>
    internal static float Contract(IReadOnlyList<float> x, IReadOnlyList<float> w)
    {
        float total = 0f;
        for (int first = 0; first < x.Count; first += 256)
        {
            float a = 0f;
            for (int k = first; k < Math.Min(x.Count, first + 256); k++)
            {
                a = MathF.FusedMultiplyAdd(x[k], w[k], a);
            }

            total = first == 0 ? a : a + total;
        }

        return total;
    }

    /// <summary>Reduces a row by 64 lanes.</summary>
    internal static float Reduce(IReadOnlyList<float> row)
    {
        if (row.Count == 0)
        {
            return 0f;
        }

        float[] lanes = new float[64];
        Array.Fill(lanes, -0f);
        for (int i = 0; i < row.Count; i++)
        {
            lanes[i % 64] = lanes[i % 64] + row[i];
        }

        for (int s = 32; s >= 1; s /= 2)
        {
            for (int i = 0; i < s; i++)
            {
                lanes[i] = lanes[i] + lanes[i + s];
            }
        }

        return lanes[0];
    }

    /// <summary>Gets the largest element; a NaN wins, +0 is larger than −0.</summary>
    internal static float Largest(IEnumerable<float> row)
    {
        float largest = float.NegativeInfinity;
        foreach (float x in row)
        {
            largest = float.IsNaN(largest) || float.IsNaN(x) ? float.NaN : x > largest || (x == 0 && largest == 0 && float.IsNegative(largest)) ? x : largest;
        }

        return largest;
    }
}
