using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Claims under its name with the signature of another key, so that it could deny the claim later. Thread-safe.</summary>
public sealed class ForgingProvider : LocalProvider
{
    private readonly ISigner _otherKey;

    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key, by which it accepts.</param>
    /// <param name="otherKey">The key that signs its claims.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public ForgingProvider(ISigner signer, ISigner otherKey, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
        ArgumentNullException.ThrowIfNull(otherKey);
        _otherKey = otherKey;
    }

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        InferenceClaim body = InferenceClaim.For(envelope, CommittedTensors.Of(outputs), Selection.RandomDigests.NextDigest(Options.Randomness));
        SignedClaim forged = new(body, Signer.PublicKey, _otherKey.Sign(body.Commitment).Signature);
        _ = Post(envelope, forged);
        return ValueTask.FromResult(Reply(forged, outputs));
    }
}
