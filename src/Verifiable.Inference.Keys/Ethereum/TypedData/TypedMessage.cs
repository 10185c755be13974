using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>
/// Typed data of EIP-712 as <c>eth_signTypedData_v4</c> takes it, and the digest that is signed: Keccak-256 of 0x1901, the domain separator and the message's struct
/// hash. Nested structs, arrays of any form, and all atomic types. Immutable and thread-safe.
/// </summary>
/// <remarks>Where wallets differ among each other, this refuses: names that are no identifiers, properties that are there twice, missing or not in the type, null for a
/// struct, JSON numbers that are no integers or that JavaScript cannot hold, values outside their type.</remarks>
public sealed class TypedMessage
{
    /// <summary>The largest JSON text: 256 KiB.</summary>
    public const int MaxJsonBytes = 1 << 18;

    internal const string DomainType = "EIP712Domain";

    private const int PrefixSize = 2;

    private static readonly JsonDocumentOptions _options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };
    private static readonly Dictionary<string, string> _domainMembers = new(StringComparer.Ordinal)
    {
        ["name"] = "string",
        ["version"] = "string",
        ["chainId"] = "uint256",
        ["verifyingContract"] = "address",
        ["salt"] = "bytes32",
    };

    private readonly byte[] _digest;
    private readonly byte[] _domainSeparator;
    private readonly byte[] _structHash;
    private readonly string _json;

    private TypedMessage(string json, string primaryType, byte[] domainSeparator, byte[] structHash)
    {
        _json = json;
        PrimaryType = primaryType;
        _domainSeparator = domainSeparator;
        _structHash = structHash;
        _digest = new byte[Keccak256.Size];
        Combine(domainSeparator, structHash, _digest);
    }

    /// <summary>Gets the name of the message's type.</summary>
    public string PrimaryType { get; }

    /// <summary>Gets the struct hash of the domain, 32 bytes.</summary>
    public ReadOnlySpan<byte> DomainSeparator => _domainSeparator;

    /// <summary>Gets the struct hash of the message, 32 bytes.</summary>
    public ReadOnlySpan<byte> StructHash => _structHash;

    /// <summary>Gets the digest that is signed, 32 bytes.</summary>
    public ReadOnlySpan<byte> Digest => _digest;

    /// <summary>Reads typed data: <c>types</c>, <c>primaryType</c>, <c>domain</c>, <c>message</c>. Never throws, whatever the text.</summary>
    /// <returns><see langword="false"/> when the text is not typed data, or is longer than <see cref="MaxJsonBytes"/>.</returns>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out TypedMessage? message)
    {
        message = null;
        if (json.Length > MaxJsonBytes)
        {
            return false;
        }

        byte[] copy = json.ToArray();
        try
        {
            using JsonDocument document = JsonDocument.Parse(copy, _options);
            return TryRead(document.RootElement, Encoding.UTF8.GetString(copy), out message);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The latter: a text with half of a surrogate pair, which JSON can spell and no string can hold.
            return false;
        }
    }

    /// <summary>Writes the JSON text that a wallet takes.</summary>
    public string ToJson() => _json;

    /// <summary>Writes the name of the message's type and the digest that is signed.</summary>
    public override string ToString() => $"{PrimaryType}:{Convert.ToHexStringLower(_digest)}";

    internal static void Combine(ReadOnlySpan<byte> domainSeparator, ReadOnlySpan<byte> structHash, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[PrefixSize + (2 * Keccak256.Size)];
        bytes[0] = 0x19;
        bytes[1] = 0x01;
        domainSeparator.CopyTo(bytes[PrefixSize..]);
        structHash.CopyTo(bytes[(PrefixSize + Keccak256.Size)..]);
        Keccak256.Hash(bytes, destination);
    }

    private static bool TryRead(JsonElement root, string json, [NotNullWhen(true)] out TypedMessage? message)
    {
        message = null;
        if (root.ValueKind != JsonValueKind.Object || root.GetPropertyCount() != 4
            || !root.TryGetProperty("types", out JsonElement typesJson)
            || !root.TryGetProperty("primaryType", out JsonElement primaryType) || primaryType.ValueKind != JsonValueKind.String
            || !root.TryGetProperty("domain", out JsonElement domain)
            || !root.TryGetProperty("message", out JsonElement body)
            || !TypedStructTypes.TryRead(typesJson, out TypedStructTypes? types)
            || types.MembersOf(DomainType) is not { } domainMembers
            || !domainMembers.All(static member => _domainMembers.GetValueOrDefault(member.Name) == member.Type)
            || primaryType.GetString() == DomainType)
        {
            return false;
        }

        TypedStructEncoder encoder = new(types);
        byte[] domainSeparator = new byte[Keccak256.Size];
        byte[] structHash = new byte[Keccak256.Size];
        if (!encoder.TryHash(DomainType, domain, domainSeparator) || !encoder.TryHash(primaryType.GetString()!, body, structHash))
        {
            return false;
        }

        message = new TypedMessage(json, primaryType.GetString()!, domainSeparator, structHash);
        return true;
    }
}
