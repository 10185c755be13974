using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>The requester as attacker: changes what it likes, signs again whatever it can, and has friends among the providers who sign what it asks.</summary>
internal static class ReceiptForge
{
    public static ISigner Requester { get; } = TestWorld.Key("requester");

    public static ISigner[] Providers { get; } = [.. Enumerable.Range(0, HostileProviders.Count).Select(i => TestWorld.Key("provider " + i))];

    public static SamplingRecord RecordOf(ReceiptCase evidence)
    {
        Assert.True(SamplingRecord.TryRead(evidence.Record.Span, evidence.StrategySignatures, out SamplingRecord? record));
        return record;
    }

    public static SamplingTerms TermsOf(ReceiptCase evidence)
    {
        Assert.True(Canonical.TryRead(evidence.Request.Terms.Span, out SamplingTerms? terms));
        return terms;
    }

    public static ReceiptCase Resign(ReceiptCase evidence) => evidence with { Signatures = evidence.Signatures.SetItem(0, Requester.Sign(evidence.Request).Signature) };

    public static ReceiptCase WithTerms(ReceiptCase evidence, Func<SamplingTerms, SamplingTerms> change) =>
        Resign(evidence with { Request = evidence.Request with { Terms = new OpaqueBytes(change(TermsOf(evidence)).ToBytes()) } });

    public static ReceiptCase WithRecord(ReceiptCase evidence, Func<SamplingRecord, SamplingRecord> change)
    {
        SamplingRecord record = change(RecordOf(evidence));
        return evidence with { Record = record.ToOpaqueBytes(), Signatures = [.. evidence.Signatures[..ReceiptCase.CommonSignatures], .. record.Signatures] };
    }

    public static ReceiptCase WithSeat(ReceiptCase evidence, int index, Func<SeatRecord, SeatRecord> change) =>
        WithRecord(evidence, record => record with { Seats = record.Seats.SetItem(index, change(record.Seats[index])) });

    /// <summary>Another provider than the drawn one signs as the asserter.</summary>
    public static ReceiptCase WithAnotherAsserter(ReceiptCase evidence, WeightTree stakes)
    {
        SeatRecord asserter = RecordOf(evidence).Asserter;
        int leaf = Enumerable.Range(0, stakes.Count).First(i => stakes.Leaves[i].Key != asserter.Stake.Key);
        SeatRecord forged = Sign(evidence, asserter with { Stake = stakes.Prove(leaf) });
        return WithRecord(evidence, record => record with { Seats = [forged] });
    }

    /// <summary>Adds a seat for which nothing calls, drawn as it would be, whose provider signs for it.</summary>
    public static ReceiptCase WithUncalledSeat(ReceiptCase evidence, TaskRole role, WeightTree stakes)
    {
        SamplingRecord record = RecordOf(evidence);
        SeatRecord asserter = record.Asserter;
        Digest claim = asserter.Claim!.Restore(EnvelopeOf(evidence, asserter)).Digest;
        int[] excluded = [.. record.Seats.Where(seat => seat.HasClaim).Select(seat => (int)seat.Stake.Index)];
        Seat place = new(role, 0, 0);
        if (role != TaskRole.Voter)
        {
            int leaf = StakeDraw.Draw(stakes, record.Secret, evidence.Request.Digest, place, claim, excluded);
            SeatRecord forged = Sign(evidence, asserter with { Seat = place, Stake = stakes.Prove(leaf) });
            return WithRecord(evidence, before => before with { Seats = before.Seats.Add(forged) });
        }

        _ = TestWorld.Beacon.TryGetValue(TestWorld.Beacon.RoundAfter(evidence.Request.Deadline + TermsOf(evidence).VoteDelay), out Digest value);
        (Seat seat, int voter) = Enumerable.Range(0, 128).Select(attempt => place with { Attempt = (ushort)attempt })
            .Select(draw => (draw, CommitteeDraws.Draw(stakes, record.Secret, evidence.Request.Digest, draw, value))).First(draw => !excluded.Contains(draw.Item2));
        SeatRecord vote = Sign(evidence, asserter with { Seat = seat, Stake = stakes.Prove(voter) });
        return WithRecord(evidence, before => before with { VoteBeacon = value, Seats = before.Seats.Add(vote) });
    }

    /// <summary>Builds the ledger as it stood before an entry, by the same commands at the same times.</summary>
    public static (InferenceLedger Ledger, VirtualTime Time) LedgerBefore(TestWorld world, VerificationStrategy strategy, ulong sequence)
    {
        VirtualTime time = new();
        InferenceLedger ledger = new(TestWorld.Key("operator"), SignatureSchemes.Default, time, strategy);
        foreach (LedgerEntry entry in world.Ledger.ReadEntries())
        {
            time.Advance(TimeSpan.FromMilliseconds(entry.Time - time.GetUtcNow().ToUnixTimeMilliseconds()));
            if (entry.Sequence >= sequence)
            {
                break;
            }

            Assert.Equal(LedgerRefusal.None, ledger.Append(entry.Command, entry.Authorization));
        }

        return (ledger, time);
    }

    private static SeatRecord Sign(ReceiptCase evidence, SeatRecord seat)
    {
        ISigner signer = Providers.Single(key => key.PublicKey.Id.Value == seat.Stake.Key);
        SeatRecord own = seat with { Provider = signer.PublicKey, Outcome = SeatOutcome.Answered };
        return own with { Signature = SignedClaim.Sign(own.Claim!.Restore(EnvelopeOf(evidence, own)), signer).Posting.Signature };
    }

    private static TaskEnvelope EnvelopeOf(ReceiptCase evidence, SeatRecord seat)
    {
        SamplingTerms terms = TermsOf(evidence);
        return SeatEnvelopes.Create(
            evidence.Request, RecordOf(evidence).Secret, seat.Seat, seat.Provider.Id, terms.Reward, terms.Escrow, terms.Slash, seat.Deadline, terms.OpeningWindow);
    }
}
