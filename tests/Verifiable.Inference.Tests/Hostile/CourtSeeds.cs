using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Strategies.Optimistic;
using Verifiable.Inference.Tests.Disputes;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Valid values of what courts and watchers keep and sign.</summary>
internal static class CourtSeeds
{
    public static IEnumerable<ClaimRuling> Rulings()
    {
        ClaimRuling final = new() { Ledger = ToyDispute.Ledger, Claim = Digest.Of([1]), Status = DocketClaimStatus.Final, Posted = -5, Closed = 7, Acquittals = 3 };
        ClaimRuling silent = final with { Status = DocketClaimStatus.Convicted, Challenger = ToyDispute.Challenger.PublicKey.Id, Game = Digest.Of([2]), Cause = DisputeCause.ClaimantSilent };
        yield return final;
        yield return silent;
        yield return silent with { Cause = DisputeCause.Ruling, Trace = DisputeSeeds.Claims().First().Trace, Accusation = DisputeSeeds.Accusations().First() };
    }

    public static IEnumerable<Signed<ClaimRuling>> SignedRulings() => Rulings().Select(static ruling => ToyDispute.Challenger.Sign(ruling));

    public static IEnumerable<CourtEntry> CourtEntries() =>
    [
        CourtEntry.Post(DisputeSeeds.Claims().First()) with { Time = 3 },
        CourtEntry.Open(DisputeSeeds.SignedOpenings().First()),
        CourtEntry.Move(DisputeSeeds.SignedMoves().First()) with { Time = long.MaxValue },
        CourtEntry.CallTime(Digest.Of([1])) with { Time = -1 },
        CourtEntry.Finish(Digest.Of([2])),
    ];

    public static IEnumerable<WatcherEntry> WatcherEntries() =>
    [
        new(DisputeSeeds.Claims().First(), null, null, default),
        new(null, DisputeSeeds.SignedOpenings().First(), null, default),
        new(null, null, DisputeSeeds.SignedMoves().First(), Digest.Of([4])),
    ];

    public static IEnumerable<OptimisticTerms> OptimisticTermsOfAll()
    {
        OptimisticTerms terms = new()
        {
            CheckRate = Probability64.FromDouble(0.1),
            Reward = new Amount(120),
            Slash = new Amount(3000),
            Disputes = ToyDispute.Terms,
            MaxAttempts = 2,
            OpeningWindow = 28_800_000,
            CheckWindow = 600_000,
        };
        yield return terms;
        yield return terms with { BeaconName = "beacon", CheckDelay = 9000, CheckRate = Probability64.Always };
    }
}
