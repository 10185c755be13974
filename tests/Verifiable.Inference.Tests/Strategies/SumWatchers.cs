using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>The watchers of a test world: one for each provider, which answers for its claims and challenges those of others if it is told to, and one that watches for itself.</summary>
public sealed class SumWatchers : IClaimDefender
{
    private readonly LedgerCourt _court;
    private readonly Dictionary<Digest, NamedTensors> _inputs = [];
    private readonly Dictionary<NodeId, DisputeWatcher> _watchers = [];
    private readonly TimeProvider _time;
    private int _seen;

    public SumWatchers(LedgerCourt court, TimeProvider time)
    {
        _court = court;
        _time = time;
        Outsider = TestWorld.Key("watcher");
        Assert.Equal(LedgerRefusal.None, court.Ledger.Apply(new Deposit(Outsider.PublicKey.Id, new Amount(1_000_000))));
        _ = LoopAsync();
    }

    /// <summary>Gets the key of who watches without being a provider.</summary>
    public ISigner Outsider { get; }

    /// <summary>Gets or sets whether somebody who is no provider watches.</summary>
    public bool IsWatched { get; set; } = true;

    /// <summary>Gets or sets whether a provider answers and challenges.</summary>
    public Func<NodeId, bool> IsOnline { get; set; } = static _ => true;

    public void Know(NamedTensors inputs) => _inputs[CommittedTensors.Of(inputs)["x"]] = inputs;

    public void Add(ISigner provider) => _watchers[provider.PublicKey.Id] = Create(provider);

    /// <summary>Gets the watcher of a provider.</summary>
    public DisputeWatcher Of(NodeId provider) => _watchers[provider];

    /// <inheritdoc/>
    public bool CanDefend(TaskEnvelope envelope) => true;

    /// <inheritdoc/>
    public void Defend(DisputedClaim claim, NamedTensors inputs) => Assert.True(_watchers[claim.Body.Provider].Follow(claim));

    /// <summary>Makes a watcher, on a new journal unless one is given.</summary>
    public DisputeWatcher Create(ISigner signer, RecordStore? journal = null, IDisputeVenue? venue = null) => new(
        signer, venue ?? _court, journal ?? new MemoryRecordStore(signer.PublicKey.Id.Value), SignatureSchemes.Default, claim => SideOf(signer, claim), _time, new SumReferee());

    /// <summary>Makes a side that knows what is claimed, whatever bias that was computed with.</summary>
    public IDisputant? SideOf(ISigner signer, DisputedClaim claim)
    {
        if (!_inputs.TryGetValue(claim.Work.Inputs["x"], out NamedTensors? inputs))
        {
            return null;
        }

        TensorValue own = Run(0);
        TensorValue claimed = new float[] { 0, 1, 2 }.Select(Run).FirstOrDefault(output => TensorCommitment.Compute(output) == claim.Body.Outputs["y"], own);
        return new SumDisputant(signer, claim, inputs["x"], claimed, own);

        TensorValue Run(float bias) => new SumEngine(bias).RunAsync(inputs, claim.Work.Options).AsTask().Result["y"];
    }

    private async Task LoopAsync()
    {
        _watchers[Outsider.PublicKey.Id] = Create(Outsider);
        while (true)
        {
            Task change = _court.NextChange();
            foreach (DisputedClaim claim in _court.ReadClaims(_seen))
            {
                _seen++;
                foreach ((NodeId node, DisputeWatcher watcher) in _watchers.Where(watcher => IsOnline(watcher.Key) && (IsWatched || watcher.Key != Outsider.PublicKey.Id)))
                {
                    // Providers look at claims of the work that they were drawn for; here, where nobody else watches, at all.
                    if (node == claim.Body.Provider || node == Outsider.PublicKey.Id || !IsWatched)
                    {
                        Assert.True(watcher.Follow(claim));
                    }
                }
            }

            int moves;
            do
            {
                moves = 0;
                foreach (DisputeWatcher watcher in _watchers.Where(watcher => IsOnline(watcher.Key)).Select(static watcher => watcher.Value).ToArray())
                {
                    moves += await watcher.StepAsync().ConfigureAwait(false);
                }
            }
            while (moves > 0);
            await change.ConfigureAwait(false);
        }
    }
}
