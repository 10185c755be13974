using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Comparison;

/// <summary>
/// Measures the largest absolute difference of two elements, over all outputs, in double. NaN on both sides is distance 0, on one side infinite; −0 and +0 are the same; equal infinities
/// are distance 0; integers and Booleans count by their difference. It is a measurement: which limit separates noise from cheating is for calibration to say.
/// </summary>
public sealed class MaxAbsoluteComparer : OutputComparer
{
    internal MaxAbsoluteComparer()
        : base("max-absolute")
    {
    }

    /// <inheritdoc/>
    protected override double MeasureCore(NamedTensors left, NamedTensors right)
    {
        double largest = 0;
        for (int i = 0; i < left.Count; i++)
        {
            double distance = Measure(left[i].Value, right[i].Value);
            largest = distance > largest ? distance : largest;
        }

        return largest;
    }

    private static double Measure(TensorValue left, TensorValue right) => left.Type switch
    {
        ElementType.Float32 => Largest<float>(left, right, static value => value),
        ElementType.Float64 => Largest<double>(left, right, static value => value),
        ElementType.Float16 => Largest<Half>(left, right, static value => (double)value),
        ElementType.BFloat16 => Largest<ushort>(left, right, static value => BitConverter.UInt32BitsToSingle((uint)value << 16), isExact: true),
        ElementType.Int64 => Largest<long>(left, right, static value => value),
        ElementType.UInt64 => Largest<ulong>(left, right, static value => value),
        ElementType.Int32 => Largest<int>(left, right, static value => value),
        ElementType.UInt32 => Largest<uint>(left, right, static value => value),
        ElementType.Int16 => Largest<short>(left, right, static value => value),
        ElementType.UInt16 => Largest<ushort>(left, right, static value => value),
        ElementType.Int8 => Largest<sbyte>(left, right, static value => value),
        ElementType.UInt8 => Largest<byte>(left, right, static value => value),
        ElementType.Boolean => Largest<bool>(left, right, static value => value ? 1 : 0),
        _ => double.PositiveInfinity,
    };

    private static double Largest<T>(TensorValue left, TensorValue right, Func<T, double> widen, bool isExact = false)
        where T : unmanaged, IEquatable<T>
    {
        ReadOnlySpan<T> a = left.AsSpan<T>();
        ReadOnlySpan<T> b = right.AsSpan<T>();
        double largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            // Equals before the difference: NaN equals NaN, ∞ equals ∞, and 64-bit integers that widen to one double still differ. Where widening is exact and the
            // type has no Equals of numbers (bfloat16), a difference of 0 stays 0: −0 and +0.
            double distance = a[i].Equals(b[i]) ? 0 : Math.Max(Math.Abs(widen(a[i]) - widen(b[i])), isExact ? 0 : double.Epsilon);
            distance = double.IsNaN(distance) ? BothNaN(widen(a[i]), widen(b[i])) : distance;
            largest = distance > largest ? distance : largest;
        }

        return largest;
    }

    private static double BothNaN(double left, double right) => double.IsNaN(left) && double.IsNaN(right) ? 0 : double.PositiveInfinity;
}
