namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The definition of a contraction, one product at a time: what every fast kernel must equal bit for bit.</summary>
internal ref struct ContractionSum
{
    private float _total;
    private float _block;
    private int _count;
    private bool _started;

    /// <summary>Starts a sum with a bias.</summary>
    internal ContractionSum(float bias)
    {
        _total = bias;
        _started = true;
    }

    /// <summary>Gets the sum of the products so far; without bias and products it is +0.</summary>
    internal readonly float Result => _started ? (_count == 0 ? _total : _block + _total) : _block;

    /// <summary>Adds the next product in index order.</summary>
    internal void Add(float x, float w)
    {
        if (_count == Contraction.BlockLength)
        {
            _total = _started ? _block + _total : _block;
            _started = true;
            _block = 0f;
            _count = 0;
        }

        _block = CanonicalMath.FusedMultiplyAdd(x, w, _block);
        _count++;
    }
}
