namespace Verifiable.Inference.Keys.Storage;

/// <summary>What opening a key file may cost. Whoever wrote the file chose its parameters; the defaults take every file that usual programs write.</summary>
public sealed record KeyFileLimits
{
    /// <summary>Gets the limits that hold unless others are given.</summary>
    public static KeyFileLimits Default { get; } = new();

    /// <summary>Gets the most memory that scrypt may take, in bytes: 128·N·r; and sixteen times the most that its blocks may take, 128·r·p. The default is 256 MiB, what Ethereum's clients write.</summary>
    public long MaxScryptBytes { get; init; } = 1L << 28;

    /// <summary>Gets the most work that scrypt may do: N·r·p. The default is 2²², about two seconds.</summary>
    public long MaxScryptWork { get; init; } = 1L << 22;

    /// <summary>Gets the most rounds of PBKDF2. The default is 10,000,000, some seconds.</summary>
    public int MaxIterations { get; init; } = 10_000_000;

    // The blocks before and after mixing, 128·r·p bytes, count too: p has no part in the memory that is stated.
    internal bool Allows(ScryptCost cost) =>
        cost.BlockSize * (long)cost.Parallelization <= MaxScryptBytes / 128 / 16 && cost.BlockSize <= MaxScryptBytes / 128 / cost.Cost && cost.Parallelization <= MaxScryptWork / cost.Cost / cost.BlockSize;
}
