using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <content>Elementary functions of many binary32, with the widest vectors of the processor: every element has the bits of the function of one binary32.</content>
public static partial class CanonicalMath
{
    /// <summary>Computes <see cref="Exp(float)"/> of every element.</summary>
    /// <param name="x">The arguments.</param>
    /// <param name="y">The results, at least as many; it may be the array of the arguments, else the two must not overlap.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> is shorter than <paramref name="x"/>.</exception>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y) => LaneLoop<LaneKernels.ExpKernel>.Run(x, y);

    /// <summary>Computes <see cref="Log(float)"/> of every element.</summary>
    /// <param name="x">The arguments.</param>
    /// <param name="y">The results, at least as many; it may be the array of the arguments, else the two must not overlap.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> is shorter than <paramref name="x"/>.</exception>
    public static void Log(ReadOnlySpan<float> x, Span<float> y) => LaneLoop<LaneKernels.LogKernel>.Run(x, y);

    /// <summary>Computes <see cref="Tanh(float)"/> of every element.</summary>
    /// <param name="x">The arguments.</param>
    /// <param name="y">The results, at least as many; it may be the array of the arguments, else the two must not overlap.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> is shorter than <paramref name="x"/>.</exception>
    public static void Tanh(ReadOnlySpan<float> x, Span<float> y) => LaneLoop<LaneKernels.TanhKernel>.Run(x, y);

    /// <summary>Computes <see cref="Sigmoid(float)"/> of every element.</summary>
    /// <param name="x">The arguments.</param>
    /// <param name="y">The results, at least as many; it may be the array of the arguments, else the two must not overlap.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> is shorter than <paramref name="x"/>.</exception>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => LaneLoop<LaneKernels.SigmoidKernel>.Run(x, y);

    /// <summary>Computes <see cref="Erf(float)"/> of every element.</summary>
    /// <param name="x">The arguments.</param>
    /// <param name="y">The results, at least as many; it may be the array of the arguments, else the two must not overlap.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> is shorter than <paramref name="x"/>.</exception>
    public static void Erf(ReadOnlySpan<float> x, Span<float> y) => LaneLoop<LaneKernels.ErfKernel>.Run(x, y);

    /// <summary>Computes <see cref="Softplus(float)"/> of every element.</summary>
    /// <param name="x">The arguments.</param>
    /// <param name="y">The results, at least as many; it may be the array of the arguments, else the two must not overlap.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> is shorter than <paramref name="x"/>.</exception>
    public static void Softplus(ReadOnlySpan<float> x, Span<float> y) => LaneLoop<LaneKernels.SoftplusKernel>.Run(x, y);

    /// <summary>Computes <see cref="Sqrt(float)"/> of every element.</summary>
    /// <param name="x">The arguments.</param>
    /// <param name="y">The results, at least as many; it may be the array of the arguments, else the two must not overlap.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> is shorter than <paramref name="x"/>.</exception>
    public static void Sqrt(ReadOnlySpan<float> x, Span<float> y)
    {
        LaneLoop.RequireRoom(x, y);
        int i = 0;
        ref float source = ref MemoryMarshal.GetReference(x);
        ref float destination = ref MemoryMarshal.GetReference(y);
        Vector256<float> notANumber = Vector256.Create(NotANumber);
        for (; Vector256.IsHardwareAccelerated && i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> root = Vector256.Sqrt(Vector256.LoadUnsafe(ref source, (nuint)i));
            Vector256.ConditionalSelect(Vector256.Equals(root, root), root, notANumber).StoreUnsafe(ref destination, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            y[i] = Sqrt(x[i]);
        }
    }

    /// <summary>Computes <see cref="Pow(float, float)"/> of every element and one exponent.</summary>
    /// <param name="x">The bases.</param>
    /// <param name="exponent">The exponent.</param>
    /// <param name="y">The results, at least as many; it may be the array of the bases, else the two must not overlap.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> is shorter than <paramref name="x"/>.</exception>
    public static void Pow(ReadOnlySpan<float> x, float exponent, Span<float> y)
    {
        // The square of a binary32 is exact in binary64, and so is its power 2: the rounded product is the rounded power.
        if (exponent == 2f)
        {
            LaneLoop<LaneKernels.SquareKernel>.Run(x, y);
        }
        else if (exponent == 3f)
        {
            LaneLoop<LaneKernels.CubeKernel>.Run(x, y);
        }
        else
        {
            LaneLoop.RequireRoom(x, y);
            for (int i = 0; i < x.Length; i++)
            {
                y[i] = Pow(x[i], exponent);
            }
        }
    }
}
