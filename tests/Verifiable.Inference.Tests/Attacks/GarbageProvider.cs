using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>Computes nothing: commits to random bytes, delivers nothing, and reveals the commitment on demand.</summary>
internal sealed class GarbageProvider(ISigner signer, InferenceLedger ledger, LocalProviderOptions options, NumericProfile profile)
    : LocalProvider(signer, ledger, [new NoEngine(profile)], options)
{
    protected override ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        CommittedTensors garbage = new([KeyValuePair.Create("y", Options.Randomness.NextDigest())]);
        _ = Post(envelope, SignedClaim.Sign(InferenceClaim.For(envelope, garbage, Options.Randomness.NextDigest()), Signer));
        return default;
    }
}
