using System.Collections.Frozen;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Adjudication;

/// <summary>Follows any number of claims for one party: answers for its own, and challenges those of others that its own run does not give. It keeps every opening and every move in a journal
/// before it sends it, so that a watcher that was stopped at any point goes on with the very bytes that may have arrived. Used by one caller at a time.</summary>
/// <remarks>
/// <para>It believes nobody: a game's state is its transcript, played again by the rules. What it sends follows from the transcript and the own run; the journal keeps that there is one signed move for each
/// turn, and one opening, so one bond, for each claim.</para>
/// <para>Assumption: a step runs once in every turn's time. A watcher that sleeps through a clock loses by it, as anybody does.</para>
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
    private readonly Dictionary<(Digest Game, int After), Signed<DisputeMove>> _moves = [];

    /// <summary>Opens the watcher that a journal keeps, or a new one where it keeps none.</summary>
    /// <param name="signer">The party's key.</param>
    /// <param name="venue">Where the court is met.</param>
    /// <param name="journal">The journal. It stays the caller's to dispose, after the last use of the watcher.</param>
    /// <param name="schemes">The signature schemes that the court accepts.</param>
    /// <param name="disputants">Makes the party's side over a claim; <see langword="null"/> where it has none, for example no inputs. Asked once a claim and start.</param>
    /// <param name="referees">The referees, one a model.</param>
    /// <exception cref="InvalidDataException">The journal has something that a watcher does not write.</exception>
    public DisputeWatcher(ISigner signer, IDisputeVenue venue, RecordStore journal, SignatureSchemes schemes, Func<DisputedClaim, IDisputant?> disputants, params IEnumerable<IReferee> referees)
    {
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
        _referees = referees.ToFrozenDictionary(static referee => referee.ModelId);
        foreach (StoredRecord record in journal.Read().Where(static record => record.Stream == Stream))
        {
            Take(Canonical.TryRead(record.Content.Span, out WatcherEntry? entry) ? entry : throw new InvalidDataException($"Expected entries of a watcher, got a bad one at record {record.Sequence}."));
        }
    }

    /// <summary>Gets the digests of the claims that are followed, those that are decided too.</summary>
    public IReadOnlyCollection<Digest> Claims => _claims.Keys;

    /// <summary>Gets the number of openings and moves that the journal holds.</summary>
    public int Sent => _moves.Count + _claims.Values.Count(static claim => claim.Opening is not null);

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

        if (!_claims.ContainsKey(claim.Body.Digest))
        {
            Keep(new WatcherEntry(claim, null, null, 0));
        }

        return true;
    }

    /// <summary>Does everything that is due: opens a game over each followed claim that is wrong, and makes the next move in each game that waits for this party.</summary>
    /// <param name="cancellationToken">Stops between moves.</param>
    /// <returns>The number of openings and moves that the court took; 0 where there is nothing to do until somebody else moves.</returns>
    public async ValueTask<int> StepAsync(CancellationToken cancellationToken = default)
    {
        int taken = 0;
        foreach (Followed claim in _claims.Values.ToArray())
        {
            if (!claim.IsOver && (claim.Side ??= _disputants(claim.Claim)) is { } side)
            {
                taken += await StepAsync(claim, side, cancellationToken).ConfigureAwait(false);
            }
        }

        return taken;
    }

    private async ValueTask<int> StepAsync(Followed claim, IDisputant side, CancellationToken cancellationToken)
    {
        int taken = 0;
        NodeId me = _signer.PublicKey.Id;
        bool isMine = claim.Claim.Body.Provider == me;
        if (!isMine && !claim.IsOpened)
        {
            taken += await ChallengeAsync(claim, side, cancellationToken).ConfigureAwait(false);
        }

        foreach (DisputeTranscript game in await _venue.ReadGamesAsync(claim.Claim.Body.Digest, cancellationToken).ConfigureAwait(false))
        {
            if (!isMine && game.Opening.Body.Challenger != me)
            {
                continue;
            }

            // What does not replay is none of the court's games, whatever it is.
            if (game.Claim == claim.Claim && game.Replay(_referees[claim.Claim.Body.ModelId], _schemes, out DisputeState? state, out _) == DisputeRefusal.None)
            {
                claim.IsOver |= state!.Result == DisputeResult.Convicted || (!isMine && state.Stage == DisputeStage.Decided);
                taken += state.IsClaimantsTurn == isMine && state.Stage != DisputeStage.Decided
                    ? await AnswerAsync(side, game, state, cancellationToken).ConfigureAwait(false)
                    : 0;
            }
        }

        return taken;
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

            Keep(new WatcherEntry(null, _signer.Sign(OpeningOf(claim.Claim)), null, 0));
        }

        cancellationToken.ThrowIfCancellationRequested();
        DisputeRefusal refusal = await _venue.SendAsync(claim.Opening!, cancellationToken).ConfigureAwait(false);

        // An unfunded bond can be funded, and a claim that is not there yet can come; everything else stays as it is.
        claim.IsOpened = refusal is DisputeRefusal.None or DisputeRefusal.GameExists;
        claim.IsOver |= refusal is DisputeRefusal.WindowIsOver or DisputeRefusal.ClaimIsClosed;
        return refusal == DisputeRefusal.None ? 1 : 0;
    }

    private async ValueTask<int> AnswerAsync(IDisputant side, DisputeTranscript game, DisputeState state, CancellationToken cancellationToken)
    {
        int after = game.Entries.Length;
        if (!_moves.TryGetValue((state.Game, after), out Signed<DisputeMove>? move))
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
        _journal.MakeDurable(_journal.Append(Stream, entry.ToBytes()));
        Take(entry);
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
    }
}
