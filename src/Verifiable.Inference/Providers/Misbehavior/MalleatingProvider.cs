using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Posts the second form of its signatures, (r, n − s) in place of (r, s) for ECDSA: valid to a lax verifier, which would take it for a second claim. Thread-safe.</summary>
public sealed class MalleatingProvider : LocalProvider
{
    private readonly Func<OpaqueBytes, OpaqueBytes> _secondForm;

    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine.</param>
    /// <param name="secondForm">Makes the second form of a signature of the signer's scheme; <see langword="null"/> (default) for that of <see cref="EcdsaP256"/>.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The key is not for <see cref="EcdsaP256"/>, and no second form is given.</exception>
    public MalleatingProvider(
        ISigner signer, InferenceLedger ledger, IInferenceEngine engine, Func<OpaqueBytes, OpaqueBytes>? secondForm = null, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
        if (secondForm is null && !string.Equals(signer.PublicKey.Scheme, EcdsaP256.Name, StringComparison.Ordinal))
        {
            throw new ArgumentException($"Expected a key for '{EcdsaP256.Name}', whose signatures have two forms, got one for '{signer.PublicKey.Scheme}' without a second form.", nameof(signer));
        }

        _secondForm = secondForm ?? Malleate;
    }

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        SignedClaim claim = SignClaim(envelope, outputs);
        SignedClaim malleated = new(claim.Body, claim.Posting.Signer, _secondForm(claim.Posting.Signature));
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
