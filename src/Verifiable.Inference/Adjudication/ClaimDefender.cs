using System.Collections.Concurrent;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Adjudication;

/// <summary>Runs a provider's <see cref="DisputeWatcher"/> beside the court: takes a step whenever the court changes, a claim is added, or something is due. Thread-safe.</summary>
public sealed class ClaimDefender : IClaimDefender
{
    private readonly LedgerCourt _court;
    private readonly TimeProvider _time;
    private readonly DisputeWatcher _watcher;
    private readonly ConcurrentDictionary<Digest, NamedTensors> _inputs = new();
    private readonly ConcurrentQueue<DisputedClaim> _added = new();
    private readonly Func<DisputedClaim, NamedTensors?> _findInputs;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isRunning;

    /// <summary>Creates a defender.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="court">The court.</param>
    /// <param name="journal">The watcher's journal. It stays the caller's to dispose, after <see cref="RunAsync"/> has ended.</param>
    /// <param name="time">The clock.</param>
    /// <param name="sides">Makes the side that answers for a claim, from the inputs.</param>
    /// <param name="findInputs">Finds the inputs of a claim that the journal knows from before a restart; <see langword="null"/> (default) where they are not kept: such a claim is lost when it is challenged.</param>
    public ClaimDefender(ISigner signer, LedgerCourt court, RecordStore journal, TimeProvider time, Func<DisputedClaim, NamedTensors, IDisputant> sides, Func<DisputedClaim, NamedTensors?>? findInputs = null)
    {
        ArgumentNullException.ThrowIfNull(court);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(sides);
        _court = court;
        _time = time;
        _findInputs = findInputs ?? (static _ => null);
        _watcher = new DisputeWatcher(signer, court, journal, court.Ledger.Schemes, claim => InputsOf(claim) is { } inputs ? sides(claim, inputs) : null, time, court.Referees);
    }

    /// <inheritdoc/>
    /// <remarks>Only while <see cref="RunAsync"/> runs.</remarks>
    public bool CanDefend(TaskEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return _isRunning && _court.FindReferee(envelope.Work.ModelId) is not null;
    }

    /// <inheritdoc/>
    public void Defend(DisputedClaim claim, NamedTensors inputs)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(inputs);
        _inputs[claim.Body.Digest] = inputs;
        _added.Enqueue(claim);
        _ = Volatile.Read(ref _wake).TrySetResult();
    }

    /// <summary>Defends until it is cancelled.</summary>
    /// <param name="cancellationToken">Ends it; claims that are open then are not defended any more.</param>
    /// <exception cref="StoreException">The journal failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _isRunning = true;
        try
        {
            while (true)
            {
                // Read before the step, so that what happens during it is not missed.
                Task change = _court.NextChange();
                Interlocked.Exchange(ref _wake, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                Task wake = _wake.Task;
                while (_added.TryDequeue(out DisputedClaim? claim))
                {
                    _ = _watcher.Follow(claim);
                }

                if (await _watcher.StepAsync(cancellationToken).ConfigureAwait(false) > 0)
                {
                    continue;
                }

                foreach (Digest claim in _inputs.Keys.Where(_watcher.IsOver).ToArray())
                {
                    _ = _inputs.TryRemove(claim, out _);
                }

                long due = _watcher.NextDue is { } next ? Math.Max(1, next - _court.Now) : uint.MaxValue - 1L;
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                _ = await Task.WhenAny(change, wake, Task.Delay(TimeSpan.FromMilliseconds(Math.Min(due, uint.MaxValue - 1L)), _time, stop.Token)).ConfigureAwait(false);
                await stop.CancelAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _isRunning = false;
        }
    }

    private NamedTensors? InputsOf(DisputedClaim claim) => _inputs.GetValueOrDefault(claim.Body.Digest) ?? _findInputs(claim);
}
