using System.Formats.Asn1;

namespace Verifiable.Inference.Keys.Formats;

/// <summary>Private keys in the form of PKCS #8 (RFC 5958): Ed25519 by RFC 8410, elliptic curves by RFC 5915. Reading never throws; a public key in the file is not believed.</summary>
internal static class Pkcs8
{
    private const string Ed25519Oid = "1.3.101.112";
    private const string EllipticCurveOid = "1.2.840.10045.2.1";
    private const string Secp256k1Oid = "1.3.132.0.10";
    private const string P256Oid = "1.2.840.10045.3.1.7";
    private const int KeySize = 32;

    private static readonly Asn1Tag _parameters = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag _publicKey = new(TagClass.ContextSpecific, 1, isConstructed: true);

    // Version 0, the algorithm, and the head of an octet string in an octet string.
    private static ReadOnlySpan<byte> Ed25519Start => [0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 34, 4, 32];

    // Version 0, the algorithm with its curve, the head of an octet string, and in it: version 1 and the head of the private key.
    private static ReadOnlySpan<byte> Secp256k1Start =>
    [
        0x30, 0x81, 132, 2, 1, 0, 0x30, 16, 6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 6, 5, 0x2B, 0x81, 4, 0, 10, 4, 109, 0x30, 107, 2, 1, 1, 4, 32,
    ];

    // The head of a bit string in the part with tag 1.
    private static ReadOnlySpan<byte> Secp256k1Middle => [0xA1, 68, 3, 66, 0];

    /// <summary>Tells what a key is for.</summary>
    public static PrivateKeyKind KindOf(ReadOnlySpan<byte> pkcs8) => TryRead(pkcs8, out PrivateKeyKind kind, out _) ? kind : PrivateKeyKind.Unknown;

    /// <summary>Reads an Ed25519 key.</summary>
    public static bool TryReadEd25519(ReadOnlySpan<byte> pkcs8, Span<byte> privateKey) => TryRead(pkcs8, PrivateKeyKind.Ed25519, privateKey);

    /// <summary>Reads a secp256k1 key. That the number is below the order is for the caller to check.</summary>
    public static bool TryReadSecp256k1(ReadOnlySpan<byte> pkcs8, Span<byte> privateKey) => TryRead(pkcs8, PrivateKeyKind.Secp256k1, privateKey);

    /// <summary>Writes an Ed25519 key. The caller erases the result, which the garbage collector does not move.</summary>
    public static byte[] WriteEd25519(ReadOnlySpan<byte> privateKey) => Join(Ed25519Start, privateKey);

    /// <summary>Writes a secp256k1 key with its public key, uncompressed. The caller erases the result, which the garbage collector does not move.</summary>
    public static byte[] WriteSecp256k1(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey) => Join(Secp256k1Start, privateKey, Secp256k1Middle, publicKey);

    // All sizes are fixed, and so are the bytes around the keys: no writer with a buffer of its own ever holds a secret.
    private static byte[] Join(ReadOnlySpan<byte> start, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> middle = default, ReadOnlySpan<byte> publicKey = default)
    {
        byte[] bytes = GC.AllocateArray<byte>(start.Length + privateKey.Length + middle.Length + publicKey.Length, pinned: true);
        start.CopyTo(bytes);
        privateKey.CopyTo(bytes.AsSpan(start.Length));
        middle.CopyTo(bytes.AsSpan(start.Length + privateKey.Length));
        publicKey.CopyTo(bytes.AsSpan(start.Length + privateKey.Length + middle.Length));
        return bytes;
    }

    private static bool TryRead(ReadOnlySpan<byte> pkcs8, PrivateKeyKind expected, Span<byte> privateKey)
    {
        if (!TryRead(pkcs8, out PrivateKeyKind kind, out Range place) || kind != expected)
        {
            return false;
        }

        pkcs8[place].CopyTo(privateKey);
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> pkcs8, out PrivateKeyKind kind, out Range place)
    {
        kind = PrivateKeyKind.Unknown;
        place = default;
        try
        {
            ValueReader whole = new(pkcs8, 0);
            ValueReader key = whole.Enter(Asn1Tag.Sequence);
            whole.RequireEnd();
            if (key.ReadSmallInteger() is not (0 or 1))
            {
                return false;
            }

            ValueReader algorithm = key.Enter(Asn1Tag.Sequence);
            string name = algorithm.ReadOid();
            kind = name == Ed25519Oid ? PrivateKeyKind.Ed25519 : name == EllipticCurveOid ? KindOfCurve(algorithm.ReadOid()) : PrivateKeyKind.Unknown;
            algorithm.RequireEnd();
            ValueReader content = key.Enter(Asn1Tag.PrimitiveOctetString);
            place = kind switch
            {
                PrivateKeyKind.Ed25519 => ReadEd25519(ref content),
                PrivateKeyKind.Secp256k1 or PrivateKeyKind.P256 => ReadEllipticCurve(ref content),
                _ => default,
            };
            return kind != PrivateKeyKind.Unknown && place.End.Value - place.Start.Value == KeySize;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static PrivateKeyKind KindOfCurve(string oid) => oid == Secp256k1Oid ? PrivateKeyKind.Secp256k1 : oid == P256Oid ? PrivateKeyKind.P256 : PrivateKeyKind.Unknown;

    private static Range ReadEd25519(ref ValueReader content)
    {
        ValueReader key = content.Enter(Asn1Tag.PrimitiveOctetString);
        content.RequireEnd();
        return key.Place;
    }

    private static Range ReadEllipticCurve(ref ValueReader content)
    {
        ValueReader key = content.Enter(Asn1Tag.Sequence);
        content.RequireEnd();
        if (key.ReadSmallInteger() != 1)
        {
            throw new AsnContentException();
        }

        Range place = key.Enter(Asn1Tag.PrimitiveOctetString).Place;
        key.SkipOptional(_parameters);
        key.SkipOptional(_publicKey);
        key.RequireEnd();
        return place;
    }

    /// <summary>Reads DER in place, so that no copy of a secret is made.</summary>
    private ref struct ValueReader(ReadOnlySpan<byte> bytes, int start)
    {
        private ReadOnlySpan<byte> _rest = bytes;
        private int _start = start;

        /// <summary>Gets where in the whole what is left stands.</summary>
        public readonly Range Place => _start..(_start + _rest.Length);

        public ValueReader Enter(Asn1Tag expected)
        {
            Asn1Tag tag = AsnDecoder.ReadEncodedValue(_rest, AsnEncodingRules.DER, out int offset, out int length, out int consumed);
            if (tag != expected)
            {
                throw new AsnContentException();
            }

            ValueReader inner = new(_rest.Slice(offset, length), _start + offset);
            _rest = _rest[consumed..];
            _start += consumed;
            return inner;
        }

        public string ReadOid()
        {
            string oid = AsnDecoder.ReadObjectIdentifier(_rest, AsnEncodingRules.DER, out int consumed);
            _rest = _rest[consumed..];
            _start += consumed;
            return oid;
        }

        public int ReadSmallInteger()
        {
            bool isSmall = AsnDecoder.TryReadInt32(_rest, AsnEncodingRules.DER, out int value, out int consumed);
            _rest = _rest[consumed..];
            _start += consumed;
            return isSmall ? value : -1;
        }

        public void SkipOptional(Asn1Tag tag)
        {
            if (!_rest.IsEmpty && Asn1Tag.TryDecode(_rest, out Asn1Tag next, out _) && next == tag)
            {
                _ = Enter(tag);
            }
        }

        public readonly void RequireEnd()
        {
            if (!_rest.IsEmpty)
            {
                throw new AsnContentException();
            }
        }
    }
}
