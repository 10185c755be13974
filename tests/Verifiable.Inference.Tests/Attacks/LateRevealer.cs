using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>Posts its claim at once or at the last moment, delivers nothing, and reveals in the last millisecond.</summary>
internal sealed class LateRevealer(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions options, bool postsLate = false)
    : LocalProvider(signer, ledger, [engine], options)
{
    protected override async ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        if (postsLate)
        {
            await Task.Delay(Until(envelope.Deadline - 1), Options.Time, CancellationToken.None).ConfigureAwait(false);
        }

        _ = Post(envelope, SignClaim(envelope, outputs));
        return default;
    }

    protected override void Reveal(Digest task) =>
        _ = Options.Time.CreateTimer(_ => base.Reveal(task), null, Until(Ledger.FindTask(task)!.RevealDeadline - 1), Timeout.InfiniteTimeSpan);

    private TimeSpan Until(long time) => TimeSpan.FromMilliseconds(time - Options.Time.GetUtcNow().ToUnixTimeMilliseconds());
}
