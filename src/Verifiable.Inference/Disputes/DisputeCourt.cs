using System.Collections.Frozen;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Disputes;

/// <summary>Keeps claims of many models and any number of games over each: pure functions from a docket, a command and a time to a refusal or the next docket. Immutable and
/// thread-safe.</summary>
/// <remarks>
/// <para>Games over one claim do not know of each other: what is said in one changes no other. The first that convicts closes the claim; the other games are void and their bonds go back.
/// Half of the reward goes to who won and half to who opened the earliest of the games that were open then. A game that acquits costs its challenger, and the claim stays open to others.</para>
/// <para>Of the loser's bond at least half is burnt, so that two identities of one person that play each other lose. Money is credited and paid out when its owner asks: nobody can
/// stop a settlement by refusing payment.</para>
/// </remarks>
public sealed class DisputeCourt
{
    private readonly DisputeTerms _terms;
    private readonly FrozenDictionary<Digest, IReferee> _referees;
    private readonly SignatureSchemes _schemes;

    /// <summary>Creates a court.</summary>
    /// <param name="terms">The clocks and bonds of all games.</param>
    /// <param name="schemes">The signature schemes that are accepted.</param>
    /// <param name="referees">The referees, one a model.</param>
    /// <exception cref="ArgumentException">The terms are not valid, or two referees are of one model.</exception>
    public DisputeCourt(DisputeTerms terms, SignatureSchemes schemes, params IEnumerable<IReferee> referees)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(schemes);
        ArgumentNullException.ThrowIfNull(referees);
        string faults = string.Join(' ', terms.Validate());
        if (faults.Length > 0)
        {
            throw new ArgumentException(faults, nameof(terms));
        }

        Dictionary<Digest, IReferee> byModel = [];
        foreach (IReferee referee in referees)
        {
            if (!byModel.TryAdd(referee.ModelId, referee))
            {
                throw new ArgumentException($"Expected one referee a model, got two of {referee.ModelId}.", nameof(referees));
            }
        }

        _terms = terms;
        _schemes = schemes;
        _referees = byModel.ToFrozenDictionary();
    }

    /// <summary>Posts a claim.</summary>
    /// <param name="docket">The docket.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="bond">What the claimant sets aside: exactly what the terms state.</param>
    /// <param name="time">The time, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="next">The docket after it; the same object where it is refused. So for all commands.</param>
    public DisputeRefusal Post(DisputeDocket docket, DisputedClaim claim, Amount bond, long time, out DisputeDocket next)
    {
        ArgumentNullException.ThrowIfNull(docket);
        ArgumentNullException.ThrowIfNull(claim);
        next = docket;
        Amount deposited = default;
        DisputeRefusal refusal = time < docket.LastTime ? DisputeRefusal.TimeRunsBackwards
            : docket.Claims.ContainsKey(claim.Body.Digest) ? DisputeRefusal.ClaimExists
            : !_referees.TryGetValue(claim.Body.ModelId, out IReferee? referee) ? DisputeRefusal.ClaimRefused
            : bond != _terms.ClaimBond ? DisputeRefusal.WrongBond
            : !Amount.TryAdd(docket.Deposited, bond, out deposited) ? DisputeRefusal.Overflow
            : DisputeGame.Examine(claim, referee, _schemes).Kind != RulingKind.Acquitted ? DisputeRefusal.ClaimRefused
            : DisputeRefusal.None;
        if (refusal == DisputeRefusal.None)
        {
            DisputeGame rules = new(claim, _terms, _referees[claim.Body.ModelId], _schemes);
            next = docket with { Claims = docket.Claims.Add(claim.Body.Digest, new DocketClaim(rules, time, bond)), Deposited = deposited, LastTime = time };
        }

        return refusal;
    }

    /// <summary>Opens a game over a claim within the window.</summary>
    /// <inheritdoc cref="Post"/>
    /// <param name="docket">The docket.</param>
    /// <param name="opening">The signed opening.</param>
    /// <param name="bond">What the challenger sets aside: exactly what the terms state.</param>
    /// <param name="time">The time.</param>
    /// <param name="next">The docket after it.</param>
    public DisputeRefusal Open(DisputeDocket docket, Signed<DisputeOpening> opening, Amount bond, long time, out DisputeDocket next)
    {
        ArgumentNullException.ThrowIfNull(docket);
        ArgumentNullException.ThrowIfNull(opening);
        next = docket;
        Amount deposited = default;
        DisputeState? game = null;
        DisputeRefusal refusal = time < docket.LastTime ? DisputeRefusal.TimeRunsBackwards
            : !docket.Claims.TryGetValue(opening.Body.Claim, out DocketClaim? claim) ? DisputeRefusal.ClaimUnknown
            : docket.Games.ContainsKey(opening.Body.Game) ? DisputeRefusal.GameExists
            : claim.Status != DocketClaimStatus.Open ? DisputeRefusal.ClaimIsClosed
            : IsWindowOver(claim, time) ? DisputeRefusal.WindowIsOver
            : bond != _terms.ChallengeBond ? DisputeRefusal.WrongBond
            : !Amount.TryAdd(docket.Deposited, bond, out deposited) ? DisputeRefusal.Overflow
            : claim.Rules.Open(opening, time, out game);
        if (game is not null)
        {
            DocketClaim known = docket.Claims[opening.Body.Claim];
            next = docket.Begin(new DocketGame(opening.Body.Claim, game, bond) { Number = known.Games }) with
            {
                Claims = docket.Claims.SetItem(opening.Body.Claim, known with { OpenGames = known.OpenGames + 1, Games = known.Games + 1 }),
                Deposited = deposited,
                LastTime = time,
            };
        }

        return refusal;
    }

    /// <summary>Makes a move in a game.</summary>
    /// <param name="docket">The docket.</param>
    /// <param name="move">The signed move.</param>
    /// <param name="time">The time.</param>
    /// <param name="next">The docket after it.</param>
    public DisputeRefusal Move(DisputeDocket docket, Signed<DisputeMove> move, long time, out DisputeDocket next)
    {
        ArgumentNullException.ThrowIfNull(docket);
        ArgumentNullException.ThrowIfNull(move);
        return Play(docket, move.Body.Game, time, (DisputeGame rules, DisputeState state, out DisputeState after) => rules.Apply(state, move, time, out after), out next);
    }

    /// <summary>Ends a game in which the party whose turn it is has used up its time; anybody may call it.</summary>
    /// <param name="docket">The docket.</param>
    /// <param name="game">The game's id.</param>
    /// <param name="time">The time.</param>
    /// <param name="next">The docket after it.</param>
    public DisputeRefusal CallTime(DisputeDocket docket, Digest game, long time, out DisputeDocket next)
    {
        ArgumentNullException.ThrowIfNull(docket);
        return Play(docket, game, time, (DisputeGame _, DisputeState state, out DisputeState after) => DisputeGame.CallTime(state, time, out after), out next);
    }

    /// <summary>Makes a claim final once its window and all its games are over; anybody may ask for it.</summary>
    /// <param name="docket">The docket.</param>
    /// <param name="claim">The digest of the claim's body.</param>
    /// <param name="time">The time.</param>
    /// <param name="next">The docket after it.</param>
    public DisputeRefusal Finish(DisputeDocket docket, Digest claim, long time, out DisputeDocket next)
    {
        ArgumentNullException.ThrowIfNull(docket);
        next = docket;
        DisputeRefusal refusal = time < docket.LastTime ? DisputeRefusal.TimeRunsBackwards
            : !docket.Claims.TryGetValue(claim, out DocketClaim? known) ? DisputeRefusal.ClaimUnknown
            : known.Status != DocketClaimStatus.Open ? DisputeRefusal.ClaimIsClosed
            : !IsWindowOver(known, time) ? DisputeRefusal.WindowIsOpen
            : known.OpenGames > 0 ? DisputeRefusal.GamesAreOpen
            : DisputeRefusal.None;
        if (refusal == DisputeRefusal.None)
        {
            DocketClaim open = docket.Claims[claim];
            next = (docket with { Claims = docket.Claims.SetItem(claim, open with { Status = DocketClaimStatus.Final, Bond = default }), LastTime = time })
                .Credit(open.Rules.Claim.Body.Provider, open.Bond);
        }

        return refusal;
    }

    /// <summary>Pays out all that a node has credit for.</summary>
    /// <param name="docket">The docket.</param>
    /// <param name="node">The node.</param>
    /// <param name="time">The time.</param>
    /// <param name="next">The docket after it.</param>
    public static DisputeRefusal PayOut(DisputeDocket docket, NodeId node, long time, out DisputeDocket next)
    {
        ArgumentNullException.ThrowIfNull(docket);
        next = docket;
        DisputeRefusal refusal = time < docket.LastTime ? DisputeRefusal.TimeRunsBackwards
            : docket.CreditOf(node) == Amount.Zero ? DisputeRefusal.NothingToPay
            : DisputeRefusal.None;
        if (refusal == DisputeRefusal.None)
        {
            next = docket with { Credits = docket.Credits.Remove(node), PaidOut = docket.PaidOut + docket.CreditOf(node), LastTime = time };
        }

        return refusal;
    }

    private delegate DisputeRefusal Step(DisputeGame rules, DisputeState state, out DisputeState after);

    // Challenges come before this moment, finality at or after it.
    private bool IsWindowOver(DocketClaim claim, long time) => (Int128)time - claim.Posted >= _terms.Window;

    private DisputeRefusal Play(DisputeDocket docket, Digest id, long time, Step step, out DisputeDocket next)
    {
        next = docket;
        if (time < docket.LastTime)
        {
            return DisputeRefusal.TimeRunsBackwards;
        }

        if (!docket.Games.TryGetValue(id, out DocketGame? game))
        {
            return DisputeRefusal.GameUnknown;
        }

        DocketClaim claim = docket.Claims[game.Claim];
        DisputeRefusal refusal = step(claim.Rules, game.State, out DisputeState state);
        if (refusal == DisputeRefusal.None)
        {
            next = docket with { Games = docket.Games.SetItem(id, game with { State = state }), LastTime = time };
            next = state.Result switch
            {
                DisputeResult.Convicted => Convict(next, next.Games[id]),
                DisputeResult.Acquitted => Acquit(next, next.Games[id]),
                _ => next,
            };
        }

        return refusal;
    }

    private DisputeDocket Convict(DisputeDocket docket, DocketGame won)
    {
        DocketClaim claim = docket.Claims[won.Claim];
        (Amount reward, Amount found, Amount burnt) = _terms.SplitClaimBond(claim.Bond);
        DocketGame[] open = [.. docket.OpenGamesOf(won.Claim).Where(game => game != won.State.Game).Select(game => docket.Games[game])];

        // Rationale: who is about to be convicted could convict itself by a second identity, in one move, and leave whoever found the fault with nothing. Half goes to the earliest
        // of the games that are open, which the winner's may be.
        DocketGame earliest = open.Append(won).MinBy(static game => game.Number)!;
        DisputeDocket next = docket.End(won) with
        {
            Claims = docket.Claims.SetItem(won.Claim, claim with { Status = DocketClaimStatus.Convicted, Bond = default, OpenGames = 0, ConvictedIn = won.State.Game, FoundIn = earliest.State.Game }),
            Burnt = docket.Burnt + burnt,
        };
        next = next.Credit(won.State.Opening.Challenger, reward + won.Bond).Credit(earliest.State.Opening.Challenger, found);
        foreach (DocketGame other in open)
        {
            next = next.End(other with { State = DisputeGame.Void(other.State) }).Credit(other.State.Opening.Challenger, other.Bond);
        }

        return next;
    }

    private DisputeDocket Acquit(DisputeDocket docket, DocketGame lost)
    {
        DocketClaim claim = docket.Claims[lost.Claim];
        (Amount compensation, Amount burnt) = _terms.Split(lost.Bond);
        return (docket.End(lost) with
        {
            Claims = docket.Claims.SetItem(lost.Claim, claim with { OpenGames = claim.OpenGames - 1, Acquittals = claim.Acquittals + 1 }),
            Burnt = docket.Burnt + burnt,
        }).Credit(claim.Rules.Claim.Body.Provider, compensation);
    }
}
