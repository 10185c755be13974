using Verifiable.Inference.Claims;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using static Verifiable.Inference.Tests.Strategies.ReceiptForge;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>A tamper with the evidence of a receipt.</summary>
/// <param name="Field">The part of the check that must refute the tampered receipt.</param>
/// <param name="Base">Which receipt is tampered with.</param>
/// <param name="Change">What the requester changes.</param>
internal sealed record EvidenceTamper(string Field, EvidenceBase Base, Func<ReceiptCase, ReceiptCase> Change)
{
    /// <summary>Gets what the ledger says to the tampered evidence. Where it still holds and concludes, only to something else, the ledger settles by it as well.</summary>
    public LedgerRefusal Refusal { get; init; } = Field is "verdict" or "settlement" ? LedgerRefusal.None : LedgerRefusal.EvidenceRefused;
}

/// <summary>Every way in which a requester may change evidence before or after it settles.</summary>
internal static class EvidenceTampers
{
    public static IReadOnlyDictionary<string, EvidenceTamper> All { get; } = new Dictionary<string, EvidenceTamper>
    {
        ["the secret"] = new("secret", EvidenceBase.Accepted, evidence => WithRecord(evidence, record => record with { Secret = evidence.Request.Nonce })),
        ["the secret with its commitment"] = new("claims", EvidenceBase.Accepted, evidence => WithRecord(
            Resign(evidence with { Request = evidence.Request with { AuditCommitment = AuditSecret.Commit(evidence.Request.Nonce) } }),
            record => record with { Secret = evidence.Request.Nonce })),
        ["the audit rate"] = new("claims", EvidenceBase.Accepted, evidence => WithTerms(evidence, terms => terms with { AuditRate = new Probability64(1) })),
        ["an audit rate of nothing"] = new("terms", EvidenceBase.Accepted, evidence => WithTerms(evidence, terms => terms with { AuditRate = Probability64.Never })),
        ["an even number of voters"] = new("terms", EvidenceBase.Voted, evidence => WithTerms(evidence, terms => terms with { VoterSeats = 4 })),
        ["the reward"] = new("claims", EvidenceBase.Accepted, evidence => WithTerms(evidence, terms => terms with { Reward = new Amount(1) })),
        ["the number of voters"] = new("claims", EvidenceBase.Voted, evidence => WithTerms(evidence, terms => terms with { VoterSeats = 11, Bounty = Amount.Zero })),
        ["a slash too small to burn half of"] = new("terms", EvidenceBase.Accepted, evidence => WithTerms(evidence, terms => terms with { Slash = terms.Bounty })),
        ["the nonce"] = new("claims", EvidenceBase.Accepted, evidence => Resign(evidence with { Request = evidence.Request with { Nonce = default } })),
        ["the nonce, not signed again"] = new("request", EvidenceBase.Accepted, evidence => evidence with { Request = evidence.Request with { Nonce = default } }),
        ["the deadline of the request"] = new("claims", EvidenceBase.Accepted, evidence => Resign(evidence with { Request = evidence.Request with { Deadline = 0 } })),
        ["the model"] = new(
            "claims", EvidenceBase.Accepted, evidence => Resign(evidence with { Request = evidence.Request with { Work = evidence.Request.Work with { ModelId = default } } })),
        ["the comparison"] = new(
            "comparison",
            EvidenceBase.Accepted,
            evidence => Resign(evidence with { Request = evidence.Request with { Work = evidence.Request.Work with { Profile = new NumericProfile("canonical-v1", "f32", "any") } } })),
        ["a hidden audit"] = new("verdict", EvidenceBase.Accepted, evidence => WithRecord(evidence, record => record with { Seats = record.Seats[..1] })),
        ["hidden votes"] = new(
            "verdict", EvidenceBase.Voted, evidence => WithRecord(evidence, record => record with { VoteBeacon = null, Seats = [.. record.Seats.Where(seat => seat.Seat.Role != TaskRole.Voter)] })),
        // The majority stands without it: what is hidden is somebody's pay.
        ["a vote less"] = new("settlement", EvidenceBase.Voted, evidence => WithRecord(evidence, record => record with { Seats = record.Seats.RemoveAt(LastOwnVote(record)) })),
        ["an answer called withheld"] = new("settlement", EvidenceBase.Accepted, evidence => WithSeat(evidence, 0, seat => seat with { Outcome = SeatOutcome.Revealed }))
        {
            Refusal = LedgerRefusal.NotDemanded,
        },
        ["another asserter"] = new("draws", EvidenceBase.Accepted, evidence => WithAnotherAsserter(evidence, EvidenceBase.Accepted.Stakes)),
        ["an audit without the coin"] = new("coin", EvidenceBase.NotAudited, evidence => WithUncalledSeat(evidence, TaskRole.Validator, EvidenceBase.NotAudited.Stakes)),
        ["a vote without a mismatch"] = new("vote", EvidenceBase.Accepted, evidence => WithUncalledSeat(evidence, TaskRole.Voter, EvidenceBase.Accepted.Stakes)),
        ["seats out of order"] = new("seats", EvidenceBase.Accepted, evidence => WithRecord(evidence, record => record with { Seats = [record.Seats[1], record.Seats[0]] })),
        ["a seat twice"] = new("seats", EvidenceBase.Accepted, evidence => WithRecord(evidence, record => record with { Seats = record.Seats.Add(record.Seats[^1]) })),
        ["an attempt"] = new("claims", EvidenceBase.Accepted, evidence => WithSeat(evidence, 0, seat => seat with { Seat = seat.Seat with { Attempt = (ushort)(1 - seat.Seat.Attempt) } })),
        ["an attempt beyond the last"] = new("seats", EvidenceBase.Accepted, evidence => WithSeat(evidence, 0, seat => seat with { Seat = seat.Seat with { Attempt = 9 } })),
        ["a deadline"] = new("claims", EvidenceBase.Accepted, evidence => WithSeat(evidence, 0, seat => seat with { Deadline = long.MaxValue })),
        ["a silence"] = new(
            "claims",
            EvidenceBase.Accepted,
            evidence => WithRecord(evidence, record => record with { Seats = [record.Seats[0] with { Outcome = SeatOutcome.Silent, Claim = null }] })),
        ["an equivocation by one claim"] = new("claims", EvidenceBase.Accepted, evidence => WithRecord(evidence, record => record with
        {
            Seats = [record.Seats[0] with { Outcome = SeatOutcome.Equivocated, PostedClaim = record.Secret, PostingSignature = record.Seats[0].Signature }],
        })),
        ["a salt"] = new("claims", EvidenceBase.Accepted, evidence => WithSeat(evidence, 0, seat => seat with { Claim = seat.Claim! with { Salt = default } })),
        ["a distance that commitments tell"] = new("seats", EvidenceBase.Accepted, evidence => WithSeat(evidence, 1, seat => seat with { DistanceToAsserter = 0 })),
        ["a beacon that nobody named"] = new("seats", EvidenceBase.Accepted, evidence => WithRecord(evidence, record => record with { VoteBeacon = record.Secret })),
        ["a coin by a beacon that the terms do not name for it"] = new("seats", EvidenceBase.Accepted, evidence => WithRecord(evidence, record => record with { CheckBeacon = record.Secret })),
        ["another value of the beacon"] = new("beacon", EvidenceBase.Voted, evidence => WithRecord(evidence, record => record with { VoteBeacon = record.Secret })),
        ["a vote without the beacon's value"] = new("seats", EvidenceBase.Voted, evidence => WithRecord(evidence, record => record with { VoteBeacon = null })),
        ["another beacon"] = new("beacon", EvidenceBase.Voted, evidence => WithTerms(evidence, terms => terms with { BeaconName = "another" })),
        ["no beacon"] = new("seats", EvidenceBase.Voted, evidence => WithTerms(evidence, terms => terms with { BeaconName = string.Empty, VoteDelay = 0 })),
        ["another round"] = new("beacon", EvidenceBase.Voted, evidence => WithTerms(evidence, terms => terms with { VoteDelay = terms.VoteDelay + 1 })),
        ["a vote that draws before the check"] = new("terms", EvidenceBase.Voted, evidence => WithTerms(evidence, terms => terms with { CheckDelay = terms.VoteDelay })),
        ["the opening head"] = new("request", EvidenceBase.Accepted, evidence => evidence with { OpeningHead = evidence.OpeningHead with { Sequence = 0 } }),
        ["a missing signature"] = new("record", EvidenceBase.Accepted, evidence => evidence with { Signatures = evidence.Signatures[..^1] }),
        ["a signature too many"] = new("record", EvidenceBase.Accepted, evidence => evidence with { Signatures = evidence.Signatures.Add(evidence.Signatures[0]) }),
        ["no signatures"] = new("request", EvidenceBase.Accepted, evidence => evidence with { Signatures = [] }),
        ["a distance beyond the limit"] = new("verdict", EvidenceBase.Measured, evidence => WithSeat(evidence, 1, seat => seat with { DistanceToAsserter = 2 })),
        ["a distance between equal outputs"] = new("seats", EvidenceBase.MeasuredSame, evidence => WithSeat(evidence, 1, seat => seat with { DistanceToAsserter = 2 })),
        ["a distance below nothing"] = new("seats", EvidenceBase.Measured, evidence => WithSeat(evidence, 1, seat => seat with { DistanceToAsserter = -1 })),
        ["a distance of minus zero"] = new("seats", EvidenceBase.MeasuredSame, evidence => WithSeat(evidence, 1, seat => seat with { DistanceToAsserter = -0.0 })),
        ["a distance that was not measured"] = new("seats", EvidenceBase.Measured, evidence => WithSeat(evidence, 1, seat => seat with { DistanceToAsserter = double.NaN })),
        ["a distance of the asserter to itself"] = new("seats", EvidenceBase.Measured, evidence => WithSeat(evidence, 0, seat => seat with { DistanceToAsserter = 0 })),
        ["a distance of the validator to itself"] = new("seats", EvidenceBase.Measured, evidence => WithSeat(evidence, 1, seat => seat with { DistanceToValidator = 0 })),
    };

    // A vote whose provider holds no other seat, so that no shared seat hangs in the air.
    private static int LastOwnVote(SamplingRecord record) => Enumerable.Range(0, record.Seats.Length).Last(i =>
        record.Seats[i].IsVote && record.Seats.Count(seat => seat.Provider.Equals(record.Seats[i].Provider)) == 1);
}
