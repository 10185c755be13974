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

    // Larger than anything written here, so that the writer's buffer is never copied to a larger one.
    private const int Capacity = 512;

    private static readonly Asn1Tag _parameters = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag _publicKey = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>Tells what a key is for.</summary>
    public static PrivateKeyKind KindOf(ReadOnlySpan<byte> pkcs8) => TryRead(pkcs8, out PrivateKeyKind kind, out _) ? kind : PrivateKeyKind.Unknown;

    /// <summary>Reads an Ed25519 key.</summary>
    public static bool TryReadEd25519(ReadOnlySpan<byte> pkcs8, Span<byte> privateKey) => TryRead(pkcs8, PrivateKeyKind.Ed25519, privateKey);

    /// <summary>Reads a secp256k1 key. That the number is below the order is for the caller to check.</summary>
    public static bool TryReadSecp256k1(ReadOnlySpan<byte> pkcs8, Span<byte> privateKey) => TryRead(pkcs8, PrivateKeyKind.Secp256k1, privateKey);

    /// <summary>Writes an Ed25519 key.</summary>
    public static byte[] WriteEd25519(ReadOnlySpan<byte> privateKey)
    {
        AsnWriter writer = new(AsnEncodingRules.DER, Capacity);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Ed25519Oid);
            }

            using (writer.PushOctetString())
            {
                writer.WriteOctetString(privateKey);
            }
        }

        return Finish(writer);
    }

    /// <summary>Writes a secp256k1 key with its public key, uncompressed.</summary>
    public static byte[] WriteSecp256k1(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey)
    {
        AsnWriter writer = new(AsnEncodingRules.DER, Capacity);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(EllipticCurveOid);
                writer.WriteObjectIdentifier(Secp256k1Oid);
            }

            using (writer.PushOctetString())
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.WriteOctetString(privateKey);
                using (writer.PushSequence(_publicKey))
                {
                    writer.WriteBitString(publicKey);
                }
            }
        }

        return Finish(writer);
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

    // The writer erases its own buffer when it is reset.
    private static byte[] Finish(AsnWriter writer)
    {
        byte[] bytes = writer.Encode();
        writer.Reset();
        return bytes;
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
