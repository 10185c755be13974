namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The fused multiply-add of processors that have none: exact product in binary64, two-sum, rounding to odd, then to binary32.</summary>
/// <remarks>S. Boldo and G. Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE Transactions on
/// Computers 57(4), 2008. The product of two binary32 is exact in binary64 (48 of 53 bits, exponents in range), and 53 ≥ 24 + 2 bits make the second
/// rounding innocuous, for subnormal results too.</remarks>
internal static class SoftwareFusedMultiplyAdd
{
    internal static float Compute(float x, float y, float addend)
    {
        double product = (double)x * y;
        double term = addend;
        double sum = product + term;
        if (!double.IsFinite(sum))
        {
            return (float)sum;
        }

        // Two-sum: product + term = sum + error exactly.
        double back = sum - product;
        double error = (product - (sum - back)) + (term - back);
        if (error != 0)
        {
            sum = ToOdd(sum, error);
        }

        return (float)sum;
    }

    // An inexact sum whose last bit is 0 is replaced by its neighbour on the side of the error, whose last bit is 1.
    internal static double ToOdd(double sum, double error)
    {
        long bits = BitConverter.DoubleToInt64Bits(sum);
        if ((bits & 1) == 0)
        {
            bits += (error > 0) == (sum > 0) ? 1 : -1;
        }

        return BitConverter.Int64BitsToDouble(bits);
    }
}
