using System.Collections.Frozen;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Adjudication;

/// <summary>Follows any number of claims for one party: answers for its own and posts them where the requester does not, challenges those of others that its own run does not give, calls time and makes claims
/// final. It keeps every opening and every move in a journal before it sends it, so that a watcher that was stopped at any point goes on with the very bytes that may have arrived. Used by one caller at a time.</summary>
/// <remarks>
/// <para>It believes nobody: a game's state is its transcript, played again by the rules. What it sends follows from the transcript and the own run; the journal keeps that there is one signed move for each
/// state of a game, and one opening, so one bond, for each claim.</para>
/// <para>Claims are served side by side, <see cref="MostAtOnce"/> at most, and none keeps the others waiting: what the court or a disputant throws is kept in <see cref="FaultOf"/>, and the claim is tried again
/// in the next step; one that takes longer than a quarter of a turn goes on behind the next steps, and is told to stop after a whole budget. Only a journal that fails ends a step: without it nothing may be sent.</para>
/// <para>Assumption: a step runs once in every turn's time; <see cref="NextDue"/> says when the next one has something to do if nobody moves. A watcher that sleeps through a clock loses by it, as anybody does.</para>
/// </remarks>
public sealed class DisputeWatcher
{
    /// <summary>The stream of the journal in which a watcher keeps its records: 4.</summary>
    public const byte Stream = 4;

    private const string NonceDomain = "vinf/watcher-nonce/v1";

    private readonly ISigner _signer;
    private readonly IDisputeVenue _venue;
    private readonly RecordStore _journal;
    private readonly SignatureSchemes _schemes;
    private readonly FrozenDictionary<Digest, IReferee> _referees;
    private readonly Func<DisputedClaim, IDisputant?> _disputants;
    private readonly Dictionary<Digest, Followed> _claims = [];
    private readonly Dictionary<(Digest Game, Digest After), Signed<DisputeMove>> _moves = [];
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private ulong _served;

    /// <summary>Opens the watcher that a journal keeps, or a new one where it keeps none.</summary>
    /// <param name="signer">The party's key.</param>
    /// <param name="venue">Where the court is met.</param>
    /// <param name="journal">The journal. It stays the caller's to dispose, after the last use of the watcher.</param>
    /// <param name="schemes">The signature schemes that the court accepts.</param>
    /// <param name="disputants">Makes the party's side over a claim; <see langword="null"/> where it has none, for example no inputs. Asked once a claim and start.</param>
    /// <param name="referees">The referees, one a model.</param>
    /// <remarks>Patience with a claim is by the system's clock.</remarks>
    /// <exception cref="InvalidDataException">The journal has something that a watcher does not write.</exception>
    public DisputeWatcher(ISigner signer, IDisputeVenue venue, RecordStore journal, SignatureSchemes schemes, Func<DisputedClaim, IDisputant?> disputants, params IEnumerable<IReferee> referees)
        : this(signer, venue, journal, schemes, disputants, TimeProvider.System, referees)
    {
    }

    /// <summary>Opens a watcher with a clock of its own, by which it is patient with a claim.</summary>
    /// <inheritdoc cref="DisputeWatcher(ISigner, IDisputeVenue, RecordStore, SignatureSchemes, Func{DisputedClaim, IDisputant?}, IEnumerable{IReferee})"/>
    /// <param name="signer">The party's key.</param>
    /// <param name="venue">Where the court is met.</param>
    /// <param name="journal">The journal.</param>
    /// <param name="schemes">The signature schemes that the court accepts.</param>
    /// <param name="disputants">Makes the party's side over a claim.</param>
    /// <param name="time">The clock.</param>
    /// <param name="referees">The referees, one a model.</param>
    public DisputeWatcher(
        ISigner signer, IDisputeVenue venue, RecordStore journal, SignatureSchemes schemes, Func<DisputedClaim, IDisputant?> disputants, TimeProvider time, params IEnumerable<IReferee> referees)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(venue);
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(schemes);
        ArgumentNullException.ThrowIfNull(disputants);
        ArgumentNullException.ThrowIfNull(referees);
        _signer = signer;
        _venue = venue;
        _journal = journal;
        _schemes = schemes;
        _disputants = disputants;
        _time = time;
        _referees = referees.ToFrozenDictionary(static referee => referee.ModelId);
        foreach (StoredRecord record in journal.Read().Where(static record => record.Stream == Stream))
        {
            Take(Canonical.TryRead(record.Content.Span, out WatcherEntry? entry) ? entry : throw new InvalidDataException($"Expected entries of a watcher, got a bad one at record {record.Sequence}."));
        }
    }

    /// <summary>Gets the largest number of claims that are served at once. The default is 8.</summary>
    public int MostAtOnce { get; init; } = 8;

    /// <summary>Gets the digests of the claims that are followed, those that are decided too.</summary>
    public IReadOnlyCollection<Digest> Claims
    {
        get
        {
            lock (_gate)
            {
                return [.. _claims.Keys];
            }
        }
    }

    /// <summary>Gets the number of openings and moves that the journal holds.</summary>
    public int Sent
    {
        get
        {
            lock (_gate)
            {
                return _moves.Count + _claims.Values.Count(static claim => claim.Opening is not null);
            }
        }
    }

    /// <summary>Gets the court's time at which something is due if nobody moves before, in milliseconds since 1970-01-01 UTC: a window or a party's time is over, or an own claim is to be posted.
    /// <see langword="null"/> where nothing is, as far as the last step saw.</summary>
    public long? NextDue
    {
        get
        {
            lock (_gate)
            {
                return _claims.Values.Where(static claim => !claim.IsOver).Min(static claim => claim.Due);
            }
        }
    }

    /// <summary>Tells whether a followed claim is decided: nothing is done over it any more.</summary>
    /// <param name="claim">The digest of the claim's body.</param>
    public bool IsOver(Digest claim)
    {
        lock (_gate)
        {
            return _claims.GetValueOrDefault(claim)?.IsOver ?? false;
        }
    }

    /// <summary>Gets what a claim's last step threw; <see langword="null"/> where it went through, or the claim is not followed.</summary>
    /// <param name="claim">The digest of the claim's body.</param>
    public Exception? FaultOf(Digest claim)
    {
        lock (_gate)
        {
            return _claims.GetValueOrDefault(claim)?.Fault;
        }
    }

    /// <summary>Follows a claim from now on. A claim that is followed already is not followed twice.</summary>
    /// <param name="claim">The claim.</param>
    /// <returns>Whether it is followed: there is a referee of its model.</returns>
    public bool Follow(DisputedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (!_referees.ContainsKey(claim.Body.ModelId))
        {
            return false;
        }

        lock (_gate)
        {
            if (!_claims.ContainsKey(claim.Body.Digest))
            {
                Keep(new WatcherEntry(claim, null, null, default));
            }
        }

        return true;
    }

    /// <summary>Does everything that is due: opens a game over each followed claim that is wrong, makes the next move in each game that waits for this party, calls the time of whoever used it up, makes claims
    /// final whose window is over, and posts own claims that nobody else has.</summary>
    /// <param name="cancellationToken">Stops between moves.</param>
    /// <returns>The number of messages that the court took; 0 where there is nothing to do until somebody else moves or time passes.</returns>
    /// <exception cref="StoreException">The journal failed.</exception>
    public async ValueTask<int> StepAsync(CancellationToken cancellationToken = default)
    {
        List<(Followed Claim, Task<int> Step)> steps = [];
        int taken = 0;
        foreach (Followed claim in Idle())
        {
            if (steps.Count >= MostAtOnce)
            {
                taken += await FinishAsync(steps, cancellationToken).ConfigureAwait(false);
                _ = steps.RemoveAll(static step => step.Step.IsCompleted);

                // Whoever is not done is not waited for again, and keeps its place.
                if (steps.Count >= MostAtOnce)
                {
                    break;
                }
            }

            Task<int> started = ServeAsync(claim, cancellationToken);
            claim.Step = started;
            steps.Add((claim, started));
        }

        return taken + await FinishAsync(steps, cancellationToken).ConfigureAwait(false);
    }

    // Those that are served longest ago come first.
    private Followed[] Idle()
    {
        lock (_gate)
        {
            int busy = _claims.Values.Count(static claim => claim.Step is { IsCompleted: false });
            return busy >= MostAtOnce ? [] : [.. _claims.Values.Where(static claim => !claim.IsOver && claim.Step is not { IsCompleted: false }).OrderBy(static claim => claim.Served)];
        }
    }

    private async ValueTask<int> FinishAsync(List<(Followed Claim, Task<int> Step)> steps, CancellationToken cancellationToken)
    {
        Task all = Task.WhenAll(steps.Select(static step => step.Step));
        if (!all.IsCompleted)
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task late = Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(_venue.Terms.Extension / 4, 1, int.MaxValue)), _time, patience.Token);
            _ = await Task.WhenAny(all, late).ConfigureAwait(false);
            Stop(patience);
        }

        cancellationToken.ThrowIfCancellationRequested();
        int taken = 0;
        foreach ((_, Task<int> step) in steps.Where(static step => step.Step.IsCompleted))
        {
            // Throws where the journal failed.
            taken += await step.ConfigureAwait(false);
        }

        return taken;
    }

    // Not CancelAsync, which hops to the thread pool: runs in virtual time must continue on the thread that moves the clock.
    private static void Stop(CancellationTokenSource source) => source.Cancel();

    private async Task<int> ServeAsync(Followed claim, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using ITimer limit = _time.CreateTimer(static source => Stop((CancellationTokenSource)source!), stop, TimeSpan.FromMilliseconds(Math.Clamp(_venue.Terms.Budget, 1, int.MaxValue)), Timeout.InfiniteTimeSpan);
        claim.Served = ++_served;
        try
        {
            int taken = await StepAsync(claim, stop.Token).ConfigureAwait(false);
            claim.Fault = null;
            return taken;
        }
        catch (Exception fault) when (fault is not StoreException && !cancellationToken.IsCancellationRequested)
        {
            // Rationale: the court's transport and the party's side over one claim are others' code. Their fault over it must not make this party silent over all others.
            claim.Fault = fault;
            return 0;
        }
    }

    private async ValueTask<int> StepAsync(Followed claim, CancellationToken cancellationToken)
    {
        Digest id = claim.Claim.Body.Digest;
        bool isMine = claim.Claim.Body.Provider == _signer.PublicKey.Id;
        VenueClaim standing = await _venue.FindClaimAsync(id, cancellationToken).ConfigureAwait(false);
        if (standing.Status != DocketClaimStatus.Open)
        {
            claim.IsOver = standing.Status is DocketClaimStatus.Convicted or DocketClaimStatus.Final;
            return isMine && !claim.IsOver ? await PostAsync(claim, standing.Now, cancellationToken).ConfigureAwait(false) : 0;
        }

        // Without a side of its own it still sees to it that the claim comes to an end.
        IDisputant? side = claim.Side ??= _disputants(claim.Claim);
        int taken = side is not null && !isMine && !claim.IsOpened ? await ChallengeAsync(claim, side, cancellationToken).ConfigureAwait(false) : 0;
        Int128 end = (Int128)standing.Posted + _venue.Terms.Window;
        Int128 due = end > standing.Now ? end : Int128.MaxValue;
        bool isOpen = false;
        foreach (DisputeTranscript game in await _venue.ReadGamesAsync(id, cancellationToken).ConfigureAwait(false))
        {
            // What does not replay is none of the court's games, whatever it is.
            if (game.Claim != claim.Claim || game.Replay(_referees[claim.Claim.Body.ModelId], _schemes, out DisputeState? state, out _) != DisputeRefusal.None || state!.Stage == DisputeStage.Decided)
            {
                continue;
            }

            isOpen = true;
            if (standing.Now >= state.Deadline)
            {
                taken += await _venue.CallTimeAsync(state.Game, cancellationToken).ConfigureAwait(false) == DisputeRefusal.None ? 1 : 0;
            }
            else
            {
                due = Int128.Min(due, state.Deadline);
                bool isMyTurn = state.IsClaimantsTurn ? isMine : game.Opening.Body.Challenger == _signer.PublicKey.Id;
                taken += isMyTurn && side is not null ? await AnswerAsync(side, game, state, cancellationToken).ConfigureAwait(false) : 0;
            }
        }

        claim.Due = due == Int128.MaxValue ? null : (long)Int128.Min(due, long.MaxValue);
        return !isOpen && standing.Now >= end && await _venue.FinishAsync(id, cancellationToken).ConfigureAwait(false) == DisputeRefusal.None ? taken + 1 : taken;
    }

    // Rationale: what is in no court is not paid. Earlier it is the requester's to post, who knows whether the claim is being computed again and could be copied.
    private async ValueTask<int> PostAsync(Followed claim, long now, CancellationToken cancellationToken)
    {
        TaskEnvelope envelope = claim.Claim.Envelope;
        long due = TaskRecord.RevealDeadlineOf(envelope.Deadline, envelope.OpeningDeadline);
        claim.Due = due;
        if (now < due)
        {
            return 0;
        }

        DisputeRefusal refusal = await _venue.PostAsync(claim.Claim, cancellationToken).ConfigureAwait(false);
        claim.IsOver |= refusal is DisputeRefusal.LedgerClosesTooEarly or DisputeRefusal.ClaimRefused;
        claim.Due = null;
        return refusal == DisputeRefusal.None ? 1 : 0;
    }

    private async ValueTask<int> ChallengeAsync(Followed claim, IDisputant side, CancellationToken cancellationToken)
    {
        if (claim.Opening is null)
        {
            claim.Agrees ??= await side.AgreesAsync(cancellationToken).ConfigureAwait(false);
            if (claim.Agrees is true)
            {
                return 0;
            }

            Keep(new WatcherEntry(null, _signer.Sign(OpeningOf(claim.Claim)), null, default));
        }

        cancellationToken.ThrowIfCancellationRequested();
        DisputeRefusal refusal = await _venue.SendAsync(claim.Opening!, cancellationToken).ConfigureAwait(false);

        // An unfunded bond can be funded, and a claim that is not there yet can come; everything else stays as it is.
        claim.IsOpened = refusal is DisputeRefusal.None or DisputeRefusal.GameExists;
        claim.IsOpened |= refusal is DisputeRefusal.WindowIsOver;
        return refusal == DisputeRefusal.None ? 1 : 0;
    }

    private async ValueTask<int> AnswerAsync(IDisputant side, DisputeTranscript game, DisputeState state, CancellationToken cancellationToken)
    {
        Digest after = game.Said;
        if (FindMove(state.Game, after) is not { } move)
        {
            if (await side.AnswerAsync(game, state, cancellationToken).ConfigureAwait(false) is not { } made)
            {
                return 0;
            }

            move = made;
            Keep(new WatcherEntry(null, null, move, after));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return await _venue.SendAsync(move, cancellationToken).ConfigureAwait(false) == DisputeRefusal.None ? 1 : 0;
    }

    private Signed<DisputeMove>? FindMove(Digest game, Digest after)
    {
        lock (_gate)
        {
            return _moves.GetValueOrDefault((game, after));
        }
    }

    // The same for every start, so that the same challenge is the same game.
    private DisputeOpening OpeningOf(DisputedClaim claim)
    {
        CanonicalWriter writer = new(stackalloc byte[256]);
        writer.WriteDomain(NonceDomain);
        writer.WriteDigest(claim.Body.Digest);
        _signer.PublicKey.Id.WriteTo(ref writer);
        Digest nonce = writer.ToDigest();
        writer.Dispose();
        return new DisputeOpening { Ledger = claim.Body.Ledger, Task = claim.Body.Task, Claim = claim.Body.Digest, Challenger = _signer.PublicKey.Id, Terms = _venue.Terms.Digest, Nonce = nonce };
    }

    // First in the journal, whatever comes then.
    private void Keep(WatcherEntry entry)
    {
        lock (_gate)
        {
            _journal.MakeDurable(_journal.Append(Stream, entry.ToBytes()));
            Take(entry);
        }
    }

    private void Take(WatcherEntry entry)
    {
        if (entry.Claim is { } claim)
        {
            _ = _claims.TryAdd(claim.Body.Digest, new Followed(claim));
        }
        else if (entry.Opening is { } opening && _claims.TryGetValue(opening.Body.Claim, out Followed? followed))
        {
            followed.Opening = opening;
        }
        else if (entry.Move is { } move)
        {
            _moves[(move.Body.Game, entry.After)] = move;
        }
    }

    private sealed class Followed(DisputedClaim claim)
    {
        public DisputedClaim Claim { get; } = claim;

        public IDisputant? Side { get; set; }

        public bool? Agrees { get; set; }

        public Signed<DisputeOpening>? Opening { get; set; }

        public bool IsOpened { get; set; }

        public bool IsOver { get; set; }

        public long? Due { get; set; }

        public Task<int>? Step { get; set; }

        public ulong Served { get; set; }

        public Exception? Fault { get; set; }
    }
}
