using System.Numerics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The definition of a contraction of any type, one product at a time: for floats the rule of <see cref="ContractionSum"/> in the precision of the type,
/// for integers the sum modulo a power of two, which has no order.</summary>
/// <typeparam name="T">A float or an integer type.</typeparam>
internal struct NumberSum<T>
    where T : unmanaged, INumber<T>
{
    private T _total;
    private T _block;
    private int _count;
    private bool _started;

    /// <summary>Starts a sum with a bias.</summary>
    internal NumberSum(T bias)
    {
        _total = bias;
        _started = true;
    }

    /// <summary>Gets the sum of the products so far; without bias and products it is +0.</summary>
    internal readonly T Result => _started ? (_count == 0 ? _total : unchecked(_block + _total)) : _block;

    /// <summary>Computes <c>x·w + addend</c>, with one rounding for floats.</summary>
    internal static T MultiplyAdd(T x, T w, T addend)
    {
        if (typeof(T) == typeof(float))
        {
            return (T)(object)CanonicalMath.FusedMultiplyAdd((float)(object)x, (float)(object)w, (float)(object)addend);
        }

        return typeof(T) == typeof(double)
            ? (T)(object)CanonicalMath.FusedMultiplyAdd((double)(object)x, (double)(object)w, (double)(object)addend)
            : unchecked((x * w) + addend);
    }

    /// <summary>Adds the next product in index order.</summary>
    internal void Add(T x, T w)
    {
        if (_count == Contraction.BlockLength)
        {
            _total = _started ? unchecked(_block + _total) : _block;
            _started = true;
            _block = T.Zero;
            _count = 0;
        }

        _block = MultiplyAdd(x, w, _block);
        _count++;
    }
}
