using System.Numerics;
using System.Text.Json;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>
/// The domain of typed data: which application, and where it is to be checked, a signature is for (EIP-712, "Definition of domainSeparator"). Parts that are
/// <see langword="null"/> are left out. Immutable.
/// </summary>
/// <param name="Name">The application's name.</param>
/// <param name="Version">The version of its forms.</param>
/// <param name="ChainId">The chain, 0 to 2^256 − 1.</param>
/// <param name="VerifyingContract">The contract that checks the signature.</param>
/// <param name="Salt">What else tells domains apart.</param>
public sealed record TypedDomain(string Name, string Version, BigInteger? ChainId = null, EthereumAddress? VerifyingContract = null, Digest? Salt = null)
{
    /// <summary>
    /// Gets the domain of what this library signs: <c>Verifiable.Inference</c>, <c>1</c>. It names no chain and no contract: what is signed names its ledger, and is the same
    /// wherever it is checked.
    /// </summary>
    public static TypedDomain Library { get; } = new("Verifiable.Inference", "1");

    /// <summary>Writes the type's members.</summary>
    internal void WriteTypeTo(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach ((string type, string name, _) in Parts())
        {
            WriteMember(json, type, name);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the values.</summary>
    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach ((_, string name, string value) in Parts())
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    internal static void WriteMember(Utf8JsonWriter json, string type, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("type", type);
        json.WriteEndObject();
    }

    private IEnumerable<(string Type, string Name, string Value)> Parts()
    {
        yield return ("string", "name", Name);
        yield return ("string", "version", Version);
        if (ChainId is { } chain)
        {
            yield return ("uint256", "chainId", chain.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        if (VerifyingContract is { } contract)
        {
            yield return ("address", "verifyingContract", contract.ToString());
        }

        if (Salt is { } salt)
        {
            yield return ("bytes32", "salt", $"0x{salt}");
        }
    }
}
