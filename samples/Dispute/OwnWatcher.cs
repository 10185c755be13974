using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;

namespace Dispute;

/// <summary>A watcher in this process, whose journal is in memory.</summary>
internal sealed class OwnWatcher : IWatcher
{
    private readonly MemoryRecordStore _journal = new(Digest.Of("sample/dispute/journal"u8));
    private readonly DisputeWatcher _watcher;

    public OwnWatcher(ISigner signer, Stage stage, DisputedClaim claim, Func<DisputedClaim, IDisputant> side)
    {
        _watcher = new DisputeWatcher(signer, stage.Court, _journal, SignatureSchemes.Default, side, stage.Referee);
        _ = _watcher.Follow(claim);
    }

    public ValueTask<int> StepAsync() => _watcher.StepAsync();

    public void Dispose() => _journal.Dispose();
}
