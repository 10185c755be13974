namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Random numbers as a function of a seed and a counter: Philox4x32-10 (J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011). There is no hidden state, so that batching, caching and skipping cannot shift a draw. Immutable and thread-safe; <c>default</c> is
/// the generator of seed 0.
/// </summary>
public readonly record struct CounterRandom
{
    /// <summary>The domain tag of samplers: the characters <c>SAMP</c>.</summary>
    public const uint SamplerDomain = 0x5341_4D50;

    /// <summary>Creates the generator of a seed: the key is its low and its high word.</summary>
    public CounterRandom(ulong seed) => Seed = seed;

    /// <summary>Gets the seed.</summary>
    public ulong Seed { get; }

    /// <summary>Computes the four words of a counter.</summary>
    /// <param name="block">The first word of the counter: for a sampler, the class divided by four.</param>
    /// <param name="position">The second word: the position in the sequence of draws.</param>
    /// <param name="stream">The third word: tells streams of one purpose apart.</param>
    /// <param name="domain">The fourth word: tells purposes apart, for example <see cref="SamplerDomain"/>.</param>
    public (uint Word0, uint Word1, uint Word2, uint Word3) Words(uint block, uint position, uint stream, uint domain)
    {
        uint key0 = unchecked((uint)Seed);
        uint key1 = (uint)(Seed >> 32);
        uint c0 = block;
        uint c1 = position;
        uint c2 = stream;
        uint c3 = domain;
        for (int round = 0; round < 10; round++)
        {
            ulong left = 0xD251_1F53UL * c0;
            ulong right = 0xCD9E_8D57UL * c2;
            unchecked
            {
                (c0, c1, c2, c3) = ((uint)(right >> 32) ^ c1 ^ key0, (uint)right, (uint)(left >> 32) ^ c3 ^ key1, (uint)left);
                key0 += 0x9E37_79B9;
                key1 += 0xBB67_AE85;
            }
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>Maps a word to the middle of its interval in (0, 1): <c>(word + ½)·2⁻³²</c>, never 0 and never 1.</summary>
    public static double Uniform(uint word) => (word + 0.5) * (1.0 / 4294967296.0);

    /// <summary>Maps a word to standard Gumbel noise: <c>−log(−log u)</c> in binary64 with <see cref="CanonicalMath.Log(double)"/>.</summary>
    public static double Gumbel(uint word) => -CanonicalMath.Log(-CanonicalMath.Log(Uniform(word)));
}
