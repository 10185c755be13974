using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>
/// An Ethereum address: the last 20 bytes of the Keccak-256 digest of a public key's two coordinates (Ethereum Yellow Paper, appendix F). As the public key of the scheme
/// <c>ethereum</c> it names the node whose id is the digest of the scheme's name and these 20 bytes. <c>default</c> is the address of no known key.
/// </summary>
public readonly struct EthereumAddress : IEquatable<EthereumAddress>
{
    /// <summary>The size in bytes: 20.</summary>
    public const int Size = 20;

    private const int UncompressedKeySize = 65;
    private const string Prefix = "0x";

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly uint _c;

    /// <summary>Creates an address from its 20 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 20 bytes.</exception>
    public EthereumAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"Expected {Size} bytes, got {bytes.Length}.", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>Gets the address as a public key of the scheme <c>ethereum</c>.</summary>
    public PublicKey PublicKey
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Size];
            CopyTo(bytes);
            return new PublicKey(EthereumSignatures.Name, bytes);
        }
    }

    /// <summary>Tells whether two addresses are the same.</summary>
    public static bool operator ==(EthereumAddress left, EthereumAddress right) => left.Equals(right);

    /// <summary>Tells whether two addresses differ.</summary>
    public static bool operator !=(EthereumAddress left, EthereumAddress right) => !left.Equals(right);

    /// <summary>
    /// Reads 40 hexadecimal digits, with or without <c>0x</c>. Where letters of both cases are mixed they are the checksum of EIP-55, and a wrong one is refused.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EthereumAddress address)
    {
        address = default;
        ReadOnlySpan<char> digits = text;
        if (digits.StartsWith(Prefix, StringComparison.Ordinal))
        {
            digits = digits[Prefix.Length..];
        }

        Span<byte> bytes = stackalloc byte[Size];
        if (digits.Length != 2 * Size || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        EthereumAddress read = new(bytes);
        bool hasChecksum = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        if (hasChecksum && !digits.SequenceEqual(read.ToString().AsSpan(Prefix.Length)))
        {
            return false;
        }

        address = read;
        return true;
    }

    /// <summary>Gets the address that a public key of the scheme <c>ethereum</c> is.</summary>
    /// <returns><see langword="false"/> when the key is of another scheme or has another size.</returns>
    public static bool TryGet([NotNullWhen(true)] PublicKey? publicKey, out EthereumAddress address)
    {
        bool isAddress = publicKey is not null && publicKey.Scheme == EthereumSignatures.Name && publicKey.Bytes.Length == Size;
        address = isAddress ? new EthereumAddress(publicKey!.Bytes) : default;
        return isAddress;
    }

    /// <summary>Writes the 20 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Size)
        {
            throw new ArgumentException($"Expected room for {Size} bytes, got {destination.Length}.", nameof(destination));
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _c);
    }

    /// <inheritdoc/>
    public bool Equals(EthereumAddress other) => _a == other._a && _b == other._b && _c == other._c;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EthereumAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c);

    /// <summary>Writes <c>0x</c> and 40 hexadecimal digits whose case is the checksum of EIP-55.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        Span<char> digits = stackalloc char[2 * Size];
        _ = Convert.TryToHexStringLower(bytes, digits, out _);

        // A letter is a capital where the digest of the lower-case digits has a 1 in the highest bit of that hexadecimal digit.
        Span<byte> text = stackalloc byte[2 * Size];
        _ = System.Text.Encoding.ASCII.GetBytes(digits, text);
        Span<byte> digest = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(text, digest);
        for (int i = 0; i < digits.Length; i++)
        {
            int mask = i % 2 == 0 ? 0x80 : 0x08;
            if (char.IsAsciiLetterLower(digits[i]) && (digest[i / 2] & mask) != 0)
            {
                digits[i] = char.ToUpperInvariant(digits[i]);
            }
        }

        return string.Concat(Prefix, digits);
    }

    /// <summary>Computes the address of an uncompressed public key: 0x04, x, y.</summary>
    internal static EthereumAddress OfKey(ReadOnlySpan<byte> uncompressed)
    {
        if (uncompressed.Length != UncompressedKeySize)
        {
            throw new ArgumentException($"Expected {UncompressedKeySize} bytes, got {uncompressed.Length}.", nameof(uncompressed));
        }

        Span<byte> digest = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(uncompressed[1..], digest);
        return new EthereumAddress(digest[^Size..]);
    }
}
