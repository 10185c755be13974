using System.Buffers;
using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>
/// The typed data (EIP-712) of requests, claims, ledger heads and receipts: what a wallet shows and signs, and a contract can check. The member <c>body</c> is the SHA-256
/// digest of the canonical encoding, the name that the artifact has everywhere else. Thread-safe.
/// </summary>
public static class TypedForms
{
    private static readonly byte[] _domainSeparator = SeparatorOf(TypedDomain.Library);

    /// <summary>Makes the typed data of a request. In the default domain it is what the scheme <c>ethereum</c> signs for this request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="domain">The domain; <see langword="null"/> (default) for <see cref="TypedDomain.Library"/>.</param>
    public static TypedMessage Of(InferenceRequest request, TypedDomain? domain = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MessageOf(Forms.Of(request, request.Digest), domain);
    }

    /// <summary>Makes the typed data of what a provider posts. In the default domain it is what the scheme <c>ethereum</c> signs for it.</summary>
    /// <param name="commitment">The posted digest of a claim.</param>
    /// <param name="domain">The domain; <see langword="null"/> (default) for <see cref="TypedDomain.Library"/>.</param>
    public static TypedMessage Of(ClaimCommitment commitment, TypedDomain? domain = null)
    {
        ArgumentNullException.ThrowIfNull(commitment);
        return MessageOf(Forms.Of(commitment, commitment.ToDigest()), domain);
    }

    /// <summary>Makes the typed data of a ledger's head, on which receipts rest. In the default domain it is what the scheme <c>ethereum</c> signs for it.</summary>
    /// <param name="head">The head.</param>
    /// <param name="domain">The domain; <see langword="null"/> (default) for <see cref="TypedDomain.Library"/>.</param>
    public static TypedMessage Of(LedgerHead head, TypedDomain? domain = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        return MessageOf(Forms.Of(head, head.ToDigest()), domain);
    }

    /// <summary>Makes the typed data of a claim's body, which the protocol itself does not sign: it signs the claim's commitment.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="domain">The domain; <see langword="null"/> (default) for <see cref="TypedDomain.Library"/>.</param>
    public static TypedMessage Of(InferenceClaim claim, TypedDomain? domain = null)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return MessageOf(Forms.Of(claim), domain);
    }

    /// <summary>Makes the typed data of a receipt's body, for whoever wants to vouch for it; the protocol itself signs its closing head.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="domain">The domain; <see langword="null"/> (default) for <see cref="TypedDomain.Library"/>.</param>
    public static TypedMessage Of(Receipt receipt, TypedDomain? domain = null)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return MessageOf(Forms.Of(receipt), domain);
    }

    /// <summary>Computes the digest of a form in the library's domain, without JSON.</summary>
    internal static void Hash(Form form, Span<byte> destination)
    {
        Span<byte> structHash = stackalloc byte[Keccak256.Size];
        form.Hash(structHash);
        TypedMessage.Combine(_domainSeparator, structHash, destination);
    }

    internal static TypedMessage MessageOf(Form form, TypedDomain? domain = null)
    {
        byte[] json = JsonOf(form, domain ?? TypedDomain.Library);
        return TypedMessage.TryParse(json, out TypedMessage? message)
            ? message
            : throw new ArgumentException("Expected a domain and an artifact that fit into typed data: text that can be encoded, a chain of 256 bits, a size below the limit.");
    }

    private static byte[] JsonOf(Form form, TypedDomain domain)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject("types");
            json.WritePropertyName(TypedMessage.DomainType);
            domain.WriteTypeTo(json);
            foreach (FormType type in form.Type.Others.Append(form.Type))
            {
                json.WriteStartArray(type.Name);
                foreach ((string memberType, string name) in type.Members)
                {
                    TypedDomain.WriteMember(json, memberType, name);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteString("primaryType", form.Type.Name);
            json.WritePropertyName("domain");
            domain.WriteTo(json);
            json.WritePropertyName("message");
            form.WriteTo(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static byte[] SeparatorOf(TypedDomain domain)
    {
        FormType type = new(TypedMessage.DomainType, "string name,string version");
        byte[] separator = new byte[Keccak256.Size];
        new Form(type, domain.Name, domain.Version).Hash(separator);
        return separator;
    }
}
