namespace Verifiable.Inference.Keys.Storage;

/// <summary>What scrypt costs (RFC 7914, section 2): 128·N·r bytes of memory, and time in proportion to N·r·p.</summary>
public sealed record ScryptCost
{
    /// <summary>Creates the parameters.</summary>
    /// <param name="cost">N, a power of 2 above 1.</param>
    /// <param name="blockSize">r, above 0.</param>
    /// <param name="parallelization">p, above 0; r·p is below 2³⁰ ÷ 128.</param>
    /// <exception cref="ArgumentException">The parameters are not scrypt's.</exception>
    public ScryptCost(int cost, int blockSize, int parallelization)
    {
        if (!IsValid(cost, blockSize, parallelization))
        {
            throw new ArgumentException($"Expected N a power of 2 above 1, r and p above 0 and not too large, got {cost}, {blockSize}, {parallelization}.", nameof(cost));
        }

        Cost = cost;
        BlockSize = blockSize;
        Parallelization = parallelization;
    }

    /// <summary>Gets what Ethereum's clients use: N = 2¹⁸, r = 8, p = 1, which takes 256 MiB and about a second.</summary>
    public static ScryptCost Standard { get; } = new(1 << 18, 8, 1);

    /// <summary>Gets what they use where time matters: N = 2¹², r = 8, p = 6, which takes 4 MiB.</summary>
    public static ScryptCost Light { get; } = new(1 << 12, 8, 6);

    /// <summary>Gets N.</summary>
    public int Cost { get; }

    /// <summary>Gets r.</summary>
    public int BlockSize { get; }

    /// <summary>Gets p.</summary>
    public int Parallelization { get; }

    internal static bool IsValid(long cost, long blockSize, long parallelization) =>
        cost is > 1 and <= 1 << 30 && (cost & (cost - 1)) == 0
        && blockSize is > 0 and < 1 << 20 && parallelization is > 0 and < 1 << 20 && blockSize * parallelization < 1 << 23
        && cost * blockSize < 1L << 36;
}
