using System.Collections.Frozen;
using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Adjudication;

/// <summary>The court of a ledger: the rules of <see cref="DisputeCourt"/> with a clock, bonds that are collaterals on the ledger, and the ledger's store. The ledger's operator runs it and
/// signs what it says of closed claims. Thread-safe.</summary>
/// <remarks>
/// <para>A claim can be posted only where the ledger knows it as posted, on terms that state this court's clocks and bonds: with them its provider, whose acceptance locked the claim bond, agreed to them.
/// A challenger's bond is locked in the same group of records as its game, and bonds are forfeited or given back in the same group as what decides it: no crash comes between.</para>
/// <para>While a claim is here its task cannot be closed. A conviction takes the claim bond and the stake behind the task at once, and no settlement can say otherwise: whether the requester is gone, or the
/// cheat's friend, changes nothing. Half of a lost bond is burnt at least.</para>
/// </remarks>
public sealed partial class LedgerCourt : IDisputeVenue
{
    /// <summary>The stream of the ledger's store in which the court keeps its records: 3.</summary>
    public const byte Stream = 3;

    /// <summary>The time for which a bond can be forfeited, in milliseconds: 300 days. It is given back or forfeited long before.</summary>
    public const long BondLifetimeMilliseconds = 300L * 86_400_000;

    private readonly ISigner _operator;
    private readonly TimeProvider _time;
    private readonly DisputeCourt _rules;
    private readonly Func<TaskEnvelope, DisputeTerms?> _termsOf;
    private readonly FrozenDictionary<Digest, IReferee> _referees;
    private volatile CourtState _state = CourtState.Empty;
    private TaskCompletionSource _changed = new();

    /// <summary>Opens the court that a ledger's store keeps, or a new one where it keeps none.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="operatorSigner">The key of the ledger's operator.</param>
    /// <param name="time">The clock. Where it runs backwards the court's time stands still.</param>
    /// <param name="terms">The clocks and bonds of all games.</param>
    /// <param name="termsOf">Reads the clocks and bonds that an envelope's terms state; <see langword="null"/> where they state none.</param>
    /// <param name="referees">The referees, one a model.</param>
    /// <exception cref="ArgumentException">The key is not the operator's, the terms are not valid, or two referees are of one model.</exception>
    /// <exception cref="InvalidDataException">The store has something that this court does not write, or not all that it needs.</exception>
    public LedgerCourt(
        InferenceLedger ledger, ISigner operatorSigner, TimeProvider time, DisputeTerms terms, Func<TaskEnvelope, DisputeTerms?> termsOf, params IEnumerable<IReferee> referees)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(operatorSigner);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(termsOf);
        ArgumentNullException.ThrowIfNull(referees);
        if (operatorSigner.PublicKey.Id != ledger.Id)
        {
            throw new ArgumentException($"Expected the key of the ledger's operator {ledger.Id}, got that of {operatorSigner.PublicKey.Id}.", nameof(operatorSigner));
        }

        IReferee[] all = [.. referees];
        Ledger = ledger;
        Terms = terms;
        _operator = operatorSigner;
        _time = time;
        _termsOf = termsOf;
        _rules = new DisputeCourt(terms, ledger.Schemes, all);
        _referees = all.ToFrozenDictionary(static referee => referee.ModelId);
        Restart();
    }

    /// <summary>Gets the ledger.</summary>
    public InferenceLedger Ledger { get; }

    /// <summary>Gets the clocks and bonds of all games.</summary>
    public DisputeTerms Terms { get; }

    /// <summary>Gets all claims and games as they stand. The money in it is a copy of what the ledger holds.</summary>
    public DisputeDocket Docket => _state.Docket;

    /// <summary>Gets the time, in milliseconds since 1970-01-01 UTC.</summary>
    public long Now => Math.Max(_time.GetUtcNow().ToUnixTimeMilliseconds(), _state.Docket.LastTime);

    /// <summary>Gets the referees.</summary>
    internal IEnumerable<IReferee> Referees => _referees.Values;

    /// <summary>Finds the referee of a model.</summary>
    public IReferee? FindReferee(Digest model) => _referees.GetValueOrDefault(model);

    /// <summary>Tells why a claim would not be taken now; nothing where it would be. It is not posted, and nobody else is shown it.</summary>
    public DisputeRefusal Examine(DisputedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        CourtEntry entry = CourtEntry.Post(claim) with { Time = Now };
        DisputeRefusal refusal = _state.Apply(entry, _rules, Terms, out _);
        return refusal != DisputeRefusal.None ? refusal : CheckPosting(claim, entry.Time);
    }

    /// <summary>Posts a claim that stands on the ledger; from then on its task is held until the court has closed the claim. The bond is locked since its provider accepted the task.</summary>
    /// <remarks>What is posted is public. Who has a claim computed again posts it when whoever computes it again has claimed, or could be copied from; anybody who holds it may post it, its provider above all.</remarks>
    public DisputeRefusal Post(DisputedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Do(CourtEntry.Post(claim));
    }

    /// <summary>Opens a game over a claim, and locks the challenger's bond.</summary>
    public DisputeRefusal Open(Signed<DisputeOpening> opening)
    {
        ArgumentNullException.ThrowIfNull(opening);
        return Do(CourtEntry.Open(opening));
    }

    /// <summary>Makes a move in a game.</summary>
    public DisputeRefusal Move(Signed<DisputeMove> move)
    {
        ArgumentNullException.ThrowIfNull(move);
        return Do(CourtEntry.Move(move));
    }

    /// <summary>Ends a game in which the party whose turn it is has used up its time; anybody may call it.</summary>
    /// <param name="game">The game's id.</param>
    public DisputeRefusal CallTime(Digest game) => Do(CourtEntry.CallTime(game));

    /// <summary>Makes a claim final once its window and all its games are over; anybody may ask for it.</summary>
    /// <param name="claim">The digest of the claim's body.</param>
    public DisputeRefusal Finish(Digest claim) => Do(CourtEntry.Finish(claim));

    /// <summary>Tells whether a provider has a claim that is challenged: until that is decided it is not given new tasks.</summary>
    public bool IsBarred(NodeId provider) => _state.Docket.IsChallenged(provider);

    /// <summary>Gets the claims that were posted, in their order.</summary>
    /// <param name="after">How many of the first ones are not wanted.</param>
    public ImmutableArray<DisputedClaim> ReadClaims(int after = 0)
    {
        CourtState state = _state;
        return [.. state.Posted.Skip(after).Select(claim => state.Docket.Claims[claim].Rules.Claim)];
    }

    /// <summary>Finds what has been done in a game.</summary>
    public DisputeTranscript? FindTranscript(Digest game) => _state.Transcripts.GetValueOrDefault(game);

    /// <summary>Signs what the court says of a closed claim.</summary>
    /// <param name="claim">The digest of the claim's body.</param>
    /// <returns>The ruling; <see langword="null"/> where there is no such claim, or it is open.</returns>
    public Signed<ClaimRuling>? SignRuling(Digest claim) => _state.FindRuling(Ledger.Id, claim, _referees) is { } ruling ? _operator.Sign(ruling) : null;

    /// <summary>Gets a task that ends with the next thing that is done in this court. What follows it runs on the thread of whoever does that.</summary>
    public Task NextChange() => Volatile.Read(ref _changed).Task;

    /// <inheritdoc/>
    ValueTask<IReadOnlyList<DisputeTranscript>> IDisputeVenue.ReadGamesAsync(Digest claim, CancellationToken cancellationToken)
    {
        CourtState state = _state;
        return ValueTask.FromResult<IReadOnlyList<DisputeTranscript>>([.. state.GamesOf(claim).Select(game => state.Transcripts[game])]);
    }

    /// <inheritdoc/>
    ValueTask<DisputeRefusal> IDisputeVenue.SendAsync(Signed<DisputeOpening> opening, CancellationToken cancellationToken) => ValueTask.FromResult(Open(opening));

    /// <inheritdoc/>
    ValueTask<DisputeRefusal> IDisputeVenue.SendAsync(Signed<DisputeMove> move, CancellationToken cancellationToken) => ValueTask.FromResult(Move(move));

    /// <inheritdoc/>
    ValueTask<VenueClaim> IDisputeVenue.FindClaimAsync(Digest claim, CancellationToken cancellationToken)
    {
        DocketClaim? known = _state.Docket.Claims.GetValueOrDefault(claim);
        return ValueTask.FromResult(new VenueClaim(known?.Status ?? DocketClaimStatus.None, known?.Posted ?? 0, Now));
    }

    /// <inheritdoc/>
    ValueTask<DisputeRefusal> IDisputeVenue.PostAsync(DisputedClaim claim, CancellationToken cancellationToken) => ValueTask.FromResult(Post(claim));

    /// <inheritdoc/>
    ValueTask<DisputeRefusal> IDisputeVenue.CallTimeAsync(Digest game, CancellationToken cancellationToken) => ValueTask.FromResult(CallTime(game));

    /// <inheritdoc/>
    ValueTask<DisputeRefusal> IDisputeVenue.FinishAsync(Digest claim, CancellationToken cancellationToken) => ValueTask.FromResult(Finish(claim));
}
