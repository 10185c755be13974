using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Adjudication;

/// <summary>A court as its entries make it: the docket, and what a docket does not hold (the order of claims, transcripts, times). Immutable.</summary>
internal sealed record CourtState
{
    public static CourtState Empty { get; } = new();

    /// <summary>Gets all claims and games.</summary>
    public DisputeDocket Docket { get; private init; } = DisputeDocket.Empty;

    /// <summary>Gets the claims in the order of their posting.</summary>
    public ImmutableList<Digest> Posted { get; private init; } = [];

    /// <summary>Gets what was done in each game.</summary>
    public ImmutableDictionary<Digest, DisputeTranscript> Transcripts { get; private init; } = ImmutableDictionary<Digest, DisputeTranscript>.Empty;

    /// <summary>Gets when each closed claim was closed.</summary>
    private ImmutableDictionary<Digest, long> ClosedAt { get; init; } = ImmutableDictionary<Digest, long>.Empty;

    /// <summary>Does an entry.</summary>
    public DisputeRefusal Apply(CourtEntry entry, DisputeCourt rules, DisputeTerms terms, out CourtState next)
    {
        next = this;
        DisputeRefusal refusal = entry.ApplyTo(rules, Docket, terms, out DisputeDocket docket);
        if (refusal != DisputeRefusal.None)
        {
            return refusal;
        }

        Digest claim = entry.FindClaim(docket)!.Value;
        bool isClosed = docket.Claims[claim].Status != DocketClaimStatus.Open;
        next = this with
        {
            Docket = docket,
            Posted = entry.Act == CourtAct.Post ? Posted.Add(claim) : Posted,
            Transcripts = entry.Act switch
            {
                CourtAct.Open => Transcripts.Add(entry.Opening!.Body.Game, new DisputeTranscript(docket.Claims[claim].Rules.Claim, terms, entry.Opening, entry.Time, [])),
                CourtAct.Move => Transcripts.SetItem(entry.Made!.Body.Game, Transcripts[entry.Made.Body.Game].Add(entry.Time, entry.Made)),
                CourtAct.CallTime => Transcripts.SetItem(entry.Subject, Transcripts[entry.Subject].Add(entry.Time, null)),
                _ => Transcripts,
            },
            ClosedAt = isClosed && !ClosedAt.ContainsKey(claim) ? ClosedAt.Add(claim, entry.Time) : ClosedAt,
        };
        return DisputeRefusal.None;
    }

    /// <summary>Gets the games over a claim, in the order of their ids.</summary>
    public IEnumerable<Digest> GamesOf(Digest claim) => Docket.GamesOf(claim);

    /// <summary>Says what became of a claim; <see langword="null"/> where it is open, or there is none.</summary>
    public ClaimRuling? FindRuling(NodeId ledger, Digest claim, IReadOnlyDictionary<Digest, IReferee> referees)
    {
        if (!ClosedAt.TryGetValue(claim, out long closed))
        {
            return null;
        }

        DocketClaim known = Docket.Claims[claim];
        ClaimRuling ruling = new()
        {
            Ledger = ledger,
            Claim = claim,
            Status = known.Status,
            Posted = known.Posted,
            Closed = closed,
            Acquittals = (ushort)Math.Min(ushort.MaxValue, known.Acquittals),
        };
        if (known.ConvictedIn is not { } convicted)
        {
            return ruling;
        }

        DisputeState state = Docket.Games[convicted].State;
        ruling = ruling with { Challenger = state.Opening.Challenger, Game = convicted, Cause = state.Cause };
        return state.Cause != DisputeCause.Ruling ? ruling : ruling with
        {
            Trace = state.FullTrace ?? known.Rules.Claim.Trace,
            Accusation = Transcripts[convicted].Entries[^1].Move!.Body.Accusation ?? AccuseLeaf(Transcripts[convicted], referees[known.Rules.Claim.Body.ModelId]),
        };
    }

    // A leaf that the claimant itself has shown, and that is not one that the model calls for.
    private static Accusation AccuseLeaf(DisputeTranscript transcript, IReferee referee)
    {
        ImmutableArray<TraceLeaf> leaves = [.. transcript.Entries.SelectMany(static entry => entry.Move?.Body.Leaves?.Leaves ?? [])];
        TraceTree trace = new(transcript.Claim.Trace.NodeCount, leaves);
        return Accusation.OfLeaf(trace.Open(leaves.First(leaf => referee.ExamineLeaf(transcript.Claim, leaf).Kind == RulingKind.Convicted).Node));
    }
}
