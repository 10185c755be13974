using System.Buffers.Binary;

namespace Verifiable.Inference.Keys.Edwards;

/// <summary>
/// What is looked at before any library is asked, so that all libraries accept the same signatures: canonical points (y below p), canonical numbers (S below L),
/// no points of small order.
/// </summary>
internal static class Ed25519Encoding
{
    /// <summary>The size of a point and of a number: 32 bytes.</summary>
    public const int Size = 32;

    // Lowest byte first; the sign bit is in the last byte.
    private static readonly byte[] _prime = Convert.FromHexString("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    private static readonly byte[] _order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

    // The y of the points whose order divides 8: 1 (order 1), p − 1 (order 2), 0 (order 4), and two of order 8. Each sign of x gives such a point.
    private static readonly byte[][] _smallOrder =
    [
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        Convert.FromHexString("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ];

    /// <summary>Tells whether a point is canonical and not of small order. That it is on the curve is for the library to say.</summary>
    public static bool IsLargePoint(ReadOnlySpan<byte> bytes)
    {
        Span<byte> y = stackalloc byte[Size];
        bytes.CopyTo(y);
        y[^1] &= 0x7F;
        if (!IsBelow(y, _prime))
        {
            return false;
        }

        foreach (byte[] small in _smallOrder)
        {
            if (y.SequenceEqual(small))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tells whether a number is below L: otherwise S + L would be a second signature.</summary>
    public static bool IsScalar(ReadOnlySpan<byte> bytes) => IsBelow(bytes, _order);

    private static bool IsBelow(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (int place = Size - sizeof(ulong); place >= 0; place -= sizeof(ulong))
        {
            ulong a = BinaryPrimitives.ReadUInt64LittleEndian(left[place..]);
            ulong b = BinaryPrimitives.ReadUInt64LittleEndian(right[place..]);
            if (a != b)
            {
                return a < b;
            }
        }

        return false;
    }
}
