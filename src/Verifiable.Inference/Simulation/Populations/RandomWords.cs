namespace Verifiable.Inference.Simulation.Populations;

/// <summary>A sequence of random words at a place of its own: counter (position, step, stream, domain) under a key. Not thread-safe.</summary>
internal struct RandomWords
{
    private readonly ulong _key;
    private readonly uint _step;
    private readonly uint _stream;
    private readonly uint _domain;
    private uint _position;
    private ulong _kept;
    private bool _hasKept;

    public RandomWords(ulong key, uint step, uint stream, uint domain)
    {
        _key = key;
        _step = step;
        _stream = stream;
        _domain = domain;
    }

    public ulong Next()
    {
        if (_hasKept)
        {
            _hasKept = false;
            return _kept;
        }

        (uint w0, uint w1, uint w2, uint w3) = Philox.Block(_key, _position, _step, _stream, _domain);
        _position = unchecked(_position + 1);
        _kept = ((ulong)w3 << 32) | w2;
        _hasKept = true;
        return ((ulong)w1 << 32) | w0;
    }

    /// <summary>Draws a number in [0, 1) with 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));
}
