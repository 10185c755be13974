using System.Globalization;
using System.Numerics;

namespace Verifiable.Inference.Keys.Edwards;

/// <summary>
/// A point of edwards25519 in extended coordinates (RFC 8032, section 5.1.4) and the arithmetic that OpenSSL does not offer. Plain, and for public points only:
/// not constant-time.
/// </summary>
internal readonly struct EdwardsPoint
{
    private static readonly BigInteger _prime = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger _rootExponent = (_prime + 3) / 8;
    private static readonly BigInteger _rootOfMinusOne = BigInteger.ModPow(2, (_prime - 1) / 4, _prime);
    private static readonly BigInteger _constant = BigInteger.Parse("37095705934669439343138083508754565189542113879843219016388785533085940283555", CultureInfo.InvariantCulture);

    private readonly BigInteger _x;
    private readonly BigInteger _y;
    private readonly BigInteger _z;
    private readonly BigInteger _t;

    private EdwardsPoint(BigInteger x, BigInteger y, BigInteger z, BigInteger t)
    {
        _x = x;
        _y = y;
        _z = z;
        _t = t;
    }

    /// <summary>Gets the order of the base point, L, a prime.</summary>
    public static BigInteger Order { get; } = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    /// <summary>Gets the base point, B.</summary>
    public static EdwardsPoint Base { get; } = FromY(4 * BigInteger.ModPow(5, _prime - 2, _prime) % _prime, isOdd: false)!.Value;

    /// <summary>Gets the neutral point.</summary>
    public static EdwardsPoint Identity { get; } = new(0, 1, 1, 0);

    /// <summary>Gets a value indicating whether this is the neutral point.</summary>
    public bool IsIdentity => _x.IsZero && _y == _z;

    /// <summary>Adds two points; the formulas are complete.</summary>
    public static EdwardsPoint operator +(EdwardsPoint left, EdwardsPoint right)
    {
        BigInteger a = (left._y - left._x) * (right._y - right._x);
        BigInteger b = (left._y + left._x) * (right._y + right._x);
        BigInteger c = left._t * 2 * _constant % _prime * right._t;
        BigInteger d = left._z * 2 * right._z;
        BigInteger e = (b - a) % _prime;
        BigInteger f = (d - c) % _prime;
        BigInteger g = (d + c) % _prime;
        BigInteger h = (b + a) % _prime;
        return new EdwardsPoint(Reduce(e * f), Reduce(g * h), Reduce(f * g), Reduce(e * h));
    }

    /// <summary>Multiplies a point by a number that is not negative.</summary>
    public static EdwardsPoint operator *(BigInteger scalar, EdwardsPoint point)
    {
        EdwardsPoint sum = Identity;
        for (long bit = scalar.GetBitLength() - 1; bit >= 0; bit--)
        {
            sum += sum;
            if (!((scalar >> (int)bit) & 1).IsZero)
            {
                sum += point;
            }
        }

        return sum;
    }

    /// <summary>Negates a point.</summary>
    public static EdwardsPoint operator -(EdwardsPoint point) => new(Reduce(-point._x), point._y, point._z, Reduce(-point._t));

    /// <summary>Reads a point (RFC 8032, section 5.1.3), reducing y where it is not below p: whoever wants canonical points checks that before.</summary>
    /// <returns><see langword="null"/> when there is no such point.</returns>
    public static EdwardsPoint? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Ed25519.PublicKeySize)
        {
            return null;
        }

        BigInteger y = new(bytes, isUnsigned: true);
        bool isOdd = bytes[^1] >= 0x80;
        return FromY((isOdd ? y - BigInteger.Pow(2, 255) : y) % _prime, isOdd);
    }

    /// <summary>Writes the point (RFC 8032, section 5.1.2).</summary>
    public byte[] ToBytes()
    {
        BigInteger inverse = BigInteger.ModPow(_z, _prime - 2, _prime);
        BigInteger x = _x * inverse % _prime;
        BigInteger y = _y * inverse % _prime;
        byte[] bytes = new byte[Ed25519.PublicKeySize];
        _ = y.TryWriteBytes(bytes, out _, isUnsigned: true);
        bytes[^1] |= (byte)(x.IsEven ? 0 : 0x80);
        return bytes;
    }

    // x² = (y² − 1)/(d·y² + 1); p mod 8 = 5, so a root is the candidate or the candidate times a root of −1.
    private static EdwardsPoint? FromY(BigInteger y, bool isOdd)
    {
        BigInteger square = y * y % _prime;
        BigInteger quotient = Reduce((square - 1) * BigInteger.ModPow((_constant * square) + 1, _prime - 2, _prime));
        BigInteger x = BigInteger.ModPow(quotient, _rootExponent, _prime);
        if (x * x % _prime != quotient)
        {
            x = x * _rootOfMinusOne % _prime;
        }

        if (x * x % _prime != quotient)
        {
            return null;
        }

        // Where x is 0, RFC 8032 refuses the sign bit; so does whoever wants canonical points, and y alone names the point.
        x = x.IsZero || x.IsEven != isOdd ? x : _prime - x;
        return new EdwardsPoint(x, y, 1, x * y % _prime);
    }

    private static BigInteger Reduce(BigInteger value)
    {
        BigInteger remainder = value % _prime;
        return remainder.Sign < 0 ? remainder + _prime : remainder;
    }
}
