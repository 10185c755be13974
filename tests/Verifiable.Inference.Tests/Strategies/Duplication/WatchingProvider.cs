using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>A provider that takes its time, and at the last moment before it must compute writes down all that it sees.</summary>
internal sealed class WatchingProvider(
    ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions options, LedgerView view, Func<TimeSpan> thinks, Action<Digest, long, double[], NamedTensors> notes)
    : LocalProvider(signer, ledger, [engine], options)
{
    protected override async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        long opened = Ledger.FindTask(envelope.Digest)!.OpenedAt;
        await Task.Delay(thinks(), Options.Time, CancellationToken.None);
        int bytes = new TaskOffer(Signer.Sign(envelope), inputs).ToBytes().Length;
        notes(envelope.Binding, opened, view.Features(envelope, bytes, Options.Time.GetUtcNow().ToUnixTimeMilliseconds()), inputs);
        return await base.AnswerAsync(envelope, inputs, cancellationToken);
    }
}
