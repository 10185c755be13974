using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Networks;

/// <summary>Pseudo-random tensors from a seed: the same on every platform, because they are made of integers, products and square roots only. Not thread-safe.</summary>
/// <remarks>The generator is SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).</remarks>
public sealed class SeededWeights(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Draws 64 bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            ulong bits = _state += 0x9E3779B97F4A7C15;
            bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
            return bits ^ (bits >> 31);
        }
    }

    /// <summary>Draws an integer of at least 0 and less than the count.</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>Draws floats that are uniform in an interval.</summary>
    public TensorValue Uniform(float least, float most, params ReadOnlySpan<long> lengths)
    {
        var shape = new TensorShape(lengths);
        float[] elements = new float[shape.ElementCount];
        float width = (most - least) / (1 << 24);
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = least + (width * (Next() >> 40));
        }

        return TensorValue.Create<float>(elements, shape);
    }

    /// <summary>Draws weights of mean 0 whose variance is a gain over the number of inputs that one output sums (He and others, "Delving Deep into Rectifiers",
    /// ICCV 2015, has gain 2 before a rectifier), so that activations keep their size.</summary>
    public TensorValue Scaled(double gain, long fanIn, params ReadOnlySpan<long> lengths)
    {
        float most = (float)Math.Sqrt(3 * gain / fanIn);
        return Uniform(-most, most, lengths);
    }

    /// <summary>Draws indices of at least 0 and less than the count.</summary>
    public TensorValue Indices(int count, params ReadOnlySpan<long> lengths)
    {
        var shape = new TensorShape(lengths);
        long[] elements = new long[shape.ElementCount];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = Below(count);
        }

        return TensorValue.Create<long>(elements, shape);
    }
}
