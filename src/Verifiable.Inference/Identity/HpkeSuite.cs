using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Verifiable.Inference.Identity;

/// <summary>
/// One suite of hybrid public-key encryption (RFC 9180): DHKEM(P-256, HKDF-SHA256) in base mode, with a key derivation and AES-GCM. The library uses <see cref="Default"/>;
/// others are for the published vectors.
/// </summary>
/// <param name="Hash">The hash of the key schedule.</param>
/// <param name="KeySize">The size of the AES key in bytes, 16 or 32.</param>
internal sealed record HpkeSuite(HashAlgorithmName Hash, int KeySize)
{
    /// <summary>The size of an encapsulated key: an uncompressed point.</summary>
    public const int EncapsulationSize = 1 + (2 * P256Curve.ScalarSize);

    /// <summary>The size of the tag that GCM appends.</summary>
    public const int TagSize = 16;

    /// <summary>The size of a GCM nonce.</summary>
    public const int NonceSize = 12;

    private const int SecretSize = 32;
    private const ushort KemId = 0x0010;
    private const byte UncompressedTag = 4;
    private const byte BaseMode = 0;

    /// <summary>Gets the suite that this library seals with: HKDF-SHA256 and AES-256-GCM.</summary>
    public static HpkeSuite Default { get; } = new(HashAlgorithmName.SHA256, 32);

    /// <summary>Derives a private scalar from key material (RFC 9180, section 7.1.3); for vectors, samples and tests.</summary>
    public static byte[] DeriveScalar(ReadOnlySpan<byte> material)
    {
        byte[] pseudorandom = LabeledExtract(HashAlgorithmName.SHA256, KemSuiteId, [], "dkp_prk"u8, material);
        for (int counter = 0; counter <= byte.MaxValue; counter++)
        {
            // The bit mask of P-256 is 0xff. A candidate is at or above the order with a probability below 2^−32.
            byte[] candidate = LabeledExpand(HashAlgorithmName.SHA256, KemSuiteId, pseudorandom, "candidate"u8, [(byte)counter], P256Curve.ScalarSize);
            if (!P256Curve.Read(candidate).IsZero && P256Curve.Read(candidate) < P256Curve.Order)
            {
                return candidate;
            }
        }

        throw new CryptographicException("Expected a key among 256 candidates, found none.");
    }

    /// <summary>Writes a public point in the uncompressed form (SEC 1, section 2.3.3).</summary>
    public static byte[] Serialize(ECDiffieHellman key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return [UncompressedTag, .. point.X!, .. point.Y!];
    }

    /// <summary>Reads a public point; <see langword="null"/> for bytes that are not one point of P-256 in the uncompressed form. Never throws.</summary>
    public static ECDiffieHellman? Deserialize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != EncapsulationSize || bytes[0] != UncompressedTag)
        {
            return null;
        }

        // The curve is checked here and not by the platform, so that every platform refuses the same bytes, by an answer and not by an exception.
        Span<byte> compressed = stackalloc byte[1 + P256Curve.ScalarSize];
        compressed[0] = (byte)(2 + (bytes[^1] & 1));
        bytes.Slice(1, P256Curve.ScalarSize).CopyTo(compressed[1..]);
        return P256Curve.TryDecompress(compressed, out ECPoint point) && point.Y.AsSpan().SequenceEqual(bytes[(1 + P256Curve.ScalarSize)..])
            ? ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point })
            : null;
    }

    /// <summary>Sets a sender's context up (RFC 9180, SetupBaseS) with an ephemeral key that is used once.</summary>
    public HpkeContext SetUpSender(ECDiffieHellman recipient, ECDiffieHellman ephemeral, ReadOnlySpan<byte> info, out byte[] encapsulation)
    {
        encapsulation = Serialize(ephemeral);
        using ECDiffieHellmanPublicKey peer = recipient.PublicKey;
        return SetUp(ephemeral.DeriveRawSecretAgreement(peer), encapsulation, Serialize(recipient), info);
    }

    /// <summary>Sets a recipient's context up (RFC 9180, SetupBaseR); <see langword="null"/> when the encapsulated key is none.</summary>
    public HpkeContext? SetUpRecipient(ECDiffieHellman recipient, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> info)
    {
        using ECDiffieHellman? ephemeral = Deserialize(encapsulation);
        if (ephemeral is null)
        {
            return null;
        }

        using ECDiffieHellmanPublicKey peer = ephemeral.PublicKey;
        return SetUp(recipient.DeriveRawSecretAgreement(peer), encapsulation, Serialize(recipient), info);
    }

    /// <summary>Expands under a label of this suite.</summary>
    public byte[] Expand(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length) => LabeledExpand(Hash, SuiteId, secret, label, info, length);

    private static byte[] KemSuiteId { get; } = [(byte)'K', (byte)'E', (byte)'M', KemId >> 8, KemId & 0xff];

    private byte[] SuiteId => [.. "HPKE"u8, KemId >> 8, KemId & 0xff, 0, (byte)(Hash == HashAlgorithmName.SHA256 ? 1 : Hash == HashAlgorithmName.SHA384 ? 2 : 3), 0, (byte)(KeySize == 16 ? 1 : 2)];

    private static byte[] LabeledExtract(HashAlgorithmName hash, ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> material)
    {
        byte[] labeled = [.. "HPKE-v1"u8, .. suite, .. label, .. material];
        byte[] extracted = HKDF.Extract(hash, labeled, salt.ToArray());
        CryptographicOperations.ZeroMemory(labeled);
        return extracted;
    }

    private static byte[] LabeledExpand(HashAlgorithmName hash, ReadOnlySpan<byte> suite, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        byte[] size = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(size, checked((ushort)length));
        byte[] expanded = new byte[length];
        HKDF.Expand(hash, secret, expanded, [.. size, .. "HPKE-v1"u8, .. suite, .. label, .. info]);
        return expanded;
    }

    // Sections 4.1 (ExtractAndExpand) and 5.1 (KeySchedule).
    private HpkeContext SetUp(byte[] agreed, ReadOnlySpan<byte> encapsulation, byte[] recipient, ReadOnlySpan<byte> info)
    {
        byte[] pseudorandom = LabeledExtract(HashAlgorithmName.SHA256, KemSuiteId, [], "eae_prk"u8, agreed);
        byte[] shared = LabeledExpand(HashAlgorithmName.SHA256, KemSuiteId, pseudorandom, "shared_secret"u8, [.. encapsulation, .. recipient], SecretSize);
        byte[] context = [BaseMode, .. LabeledExtract(Hash, SuiteId, [], "psk_id_hash"u8, []), .. LabeledExtract(Hash, SuiteId, [], "info_hash"u8, info)];
        byte[] secret = LabeledExtract(Hash, SuiteId, shared, "secret"u8, []);
        HpkeContext made = new(
            this,
            Expand(secret, "key"u8, context, KeySize),
            Expand(secret, "base_nonce"u8, context, NonceSize),
            Expand(secret, "exp"u8, context, SecretSizeOf(Hash)));
        foreach (byte[] used in (ReadOnlySpan<byte[]>)[agreed, pseudorandom, shared, secret])
        {
            CryptographicOperations.ZeroMemory(used);
        }

        return made;
    }

    private static int SecretSizeOf(HashAlgorithmName hash) => hash == HashAlgorithmName.SHA256 ? 32 : hash == HashAlgorithmName.SHA384 ? 48 : 64;
}
