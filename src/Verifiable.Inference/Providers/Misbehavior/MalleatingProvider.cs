using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Signs claims with (r, n − s) in place of (r, s): a second valid ECDSA signature of the same claim, which a lax verifier would take for a second claim. Thread-safe.</summary>
public sealed class MalleatingProvider : LocalProvider
{
    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key, for <see cref="EcdsaP256"/>.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The key is of another scheme.</exception>
    public MalleatingProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
        if (!string.Equals(signer.PublicKey.Scheme, EcdsaP256.Name, StringComparison.Ordinal))
        {
            throw new ArgumentException($"Expected a key for '{EcdsaP256.Name}', whose signatures have two forms, got one for '{signer.PublicKey.Scheme}'.", nameof(signer));
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        SignedClaim claim = SignClaim(envelope, outputs);
        SignedClaim malleated = new(claim.Body, claim.Posting.Signer, Malleate(claim.Posting.Signature));
        _ = Post(envelope, malleated);
        return ValueTask.FromResult(Reply(malleated, outputs));
    }

    private static OpaqueBytes Malleate(OpaqueBytes signature)
    {
        byte[] bytes = signature.Span.ToArray();
        Span<byte> second = bytes.AsSpan(P256Curve.ScalarSize);
        P256Curve.Write(P256Curve.Order - P256Curve.Read(second), second);
        return new OpaqueBytes(bytes);
    }
}
