using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Verifiable.Inference.Identity;

/// <summary>The numbers of the curve P-256 (SP 800-186, section 3.2.1.3) and the arithmetic that the framework does not offer. Public values only: not constant-time.</summary>
internal static class P256Curve
{
    /// <summary>The size of a coordinate and of a scalar in bytes: 32.</summary>
    public const int ScalarSize = 32;

    private const byte EvenTag = 2;
    private const byte OddTag = 3;

    private static readonly BigInteger _prime = Parse("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger _constantTerm = Parse("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
    private static readonly BigInteger _rootExponent = (_prime + 1) / 4;

    /// <summary>Gets the number of points, n, a prime.</summary>
    public static BigInteger Order { get; } = Parse("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

    /// <summary>Gets the largest s of a low-s signature: (n − 1)/2.</summary>
    public static BigInteger HalfOrder { get; } = (Order - 1) / 2;

    /// <summary>Reads an unsigned number, big-endian.</summary>
    public static BigInteger Read(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    /// <summary>Writes a number below 2^256 as 32 bytes, big-endian.</summary>
    public static void Write(BigInteger value, Span<byte> destination)
    {
        int count = value.GetByteCount(isUnsigned: true);
        destination[..(ScalarSize - count)].Clear();
        value.TryWriteBytes(destination[(ScalarSize - count)..], out _, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>Writes a point in its compressed form.</summary>
    /// <exception cref="ArgumentException">The point is not one of P-256.</exception>
    public static byte[] Compress(ECPoint point)
    {
        byte[] compressed = new byte[1 + ScalarSize];
        if (point is { X.Length: ScalarSize, Y.Length: ScalarSize })
        {
            compressed[0] = (point.Y[^1] & 1) == 0 ? EvenTag : OddTag;
            point.X.CopyTo(compressed, 1);
            if (TryDecompress(compressed, out ECPoint same) && same.Y.AsSpan().SequenceEqual(point.Y))
            {
                return compressed;
            }
        }

        throw new ArgumentException("Expected a key on the curve P-256, got a point that is not on it.", nameof(point));
    }

    /// <summary>Reads a compressed point (SEC 1, section 2.3.4). The point at infinity, the uncompressed form and coordinates not below p are refused.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> bytes, out ECPoint point)
    {
        point = default;
        if (bytes.Length != 1 + ScalarSize || bytes[0] is not (EvenTag or OddTag))
        {
            return false;
        }

        BigInteger x = Read(bytes[1..]);
        if (x >= _prime)
        {
            return false;
        }

        // p mod 4 = 3, so the only candidates for a square root of z are ± z^((p+1)/4); they are roots exactly if z is a square.
        BigInteger square = ((((x * x) - 3) * x) + _constantTerm) % _prime;
        square = square.Sign < 0 ? square + _prime : square;
        BigInteger y = BigInteger.ModPow(square, _rootExponent, _prime);
        if (y * y % _prime != square)
        {
            return false;
        }

        // The order is odd, so no point has y = 0, and of y and p − y one is odd.
        if (y.IsEven != (bytes[0] == EvenTag))
        {
            y = _prime - y;
        }

        point = new ECPoint { X = bytes[1..].ToArray(), Y = new byte[ScalarSize] };
        Write(y, point.Y);
        return true;
    }

    private static BigInteger Parse(string hexadecimal) => BigInteger.Parse("0" + hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
