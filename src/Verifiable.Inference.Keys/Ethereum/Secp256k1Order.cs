namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>The number of points of secp256k1 (SEC 2, section 2.4.1), n, and what is compared with it. Numbers are 32 bytes, big-endian, and so are ordered as their bytes are.</summary>
internal static class Secp256k1Order
{
    /// <summary>The size of a number in bytes: 32.</summary>
    public const int Size = 32;

    private static readonly byte[] _order = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    private static readonly byte[] _halfOrder = Convert.FromHexString("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

    /// <summary>Gets n.</summary>
    public static ReadOnlySpan<byte> Bytes => _order;

    /// <summary>Tells whether a number is above 0 and below n.</summary>
    public static bool IsScalar(ReadOnlySpan<byte> number) => number.ContainsAnyExcept((byte)0) && number.SequenceCompareTo(_order) < 0;

    /// <summary>Tells whether a number is above 0 and not above (n − 1)/2: of s and n − s exactly one is.</summary>
    public static bool IsLowScalar(ReadOnlySpan<byte> number) => number.ContainsAnyExcept((byte)0) && number.SequenceCompareTo(_halfOrder) <= 0;
}
