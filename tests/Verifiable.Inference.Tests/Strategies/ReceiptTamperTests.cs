using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Tests.Hostile;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>The requester is the attacker: it changes a receipt, signs again whatever it can, and the check names what refutes it.</summary>
public sealed class ReceiptTamperTests
{
    // What the ledger's entry does not bind, because it says what follows from the entry, or where the entry stands.
    private static readonly Dictionary<string, (string Field, Func<Receipt, Receipt> Change)> _afterwards = new()
    {
        ["verdict kind"] = ("verdict", receipt => receipt with { Verdict = receipt.Verdict with { Kind = VerdictKind.Rejected } }),
        ["verdict reason"] = ("verdict", receipt => receipt with { Verdict = receipt.Verdict with { Reason = VerdictReason.CheckerMistaken } }),
        ["verdict distance"] = ("verdict", receipt => receipt with { Verdict = receipt.Verdict with { Distance = double.Epsilon } }),
        ["verdict zero of another sign"] = ("verdict", receipt => receipt with { Verdict = receipt.Verdict with { Distance = -0.0 } }),
        ["verdict limit"] = ("verdict", receipt => receipt with { Verdict = receipt.Verdict with { Limit = 1 } }),
        ["hash before the settlement"] = ("settlement", receipt => receipt with { HashBeforeSettlement = default }),
        ["closing head"] = ("closing head", receipt => receipt with { ClosingHead = receipt.ClosingHead with { Time = 0 } }),
        ["another closing head"] = ("settlement", receipt => receipt with { ClosingHead = Later(receipt).ClosingHead, ClosingSignature = Later(receipt).ClosingSignature }),
        ["heads swapped"] = ("closing head", receipt => receipt with { ClosingHead = receipt.Case.OpeningHead }),
        ["heads swapped with their signatures"] = ("sequence", receipt => receipt with { ClosingHead = receipt.Case.OpeningHead, ClosingSignature = receipt.Case.Signatures[1] }),
        ["a hidden audit with its verdict"] = ("settlement", receipt => receipt with
        {
            Case = EvidenceTampers.All["a hidden audit"].Change(receipt.Case),
            Verdict = Verdict.Undetermined(VerdictReason.AuditIncomplete),
        }),
    };

    public static TheoryData<string> Tampers => [.. EvidenceTampers.All.Keys];

    public static TheoryData<string> LaterTampers => [.. _afterwards.Keys];

    [Fact]
    public void The_receipts_are_valid_before_anybody_tampers()
    {
        foreach (EvidenceBase run in EvidenceBase.All)
        {
            Assert.True(run.Strategy.Check(run.Receipt).IsValid);
            Assert.True(run.Strategy.Check(run.Receipt with { Case = ReceiptForge.WithRecord(ReceiptForge.Resign(run.Receipt.Case), record => record) }).IsValid);
        }
    }

    [Theory]
    [MemberData(nameof(Tampers))]
    public void Tampered_evidence_is_refuted_where_it_was_tampered_with(string name)
    {
        EvidenceTamper tamper = EvidenceTampers.All[name];
        AssertRefuted(tamper.Base.Strategy, tamper.Base.Receipt with { Case = tamper.Change(tamper.Base.Receipt.Case) }, tamper.Field);
    }

    [Theory]
    [MemberData(nameof(LaterTampers))]
    public void A_tampered_conclusion_is_refuted_where_it_was_tampered_with(string name)
    {
        (string field, Func<Receipt, Receipt> change) = _afterwards[name];
        AssertRefuted(EvidenceBase.Accepted.Strategy, change(EvidenceBase.Accepted.Receipt), field);
    }

    [Fact]
    public void An_opening_head_of_the_same_stakes_is_refuted_by_the_settlement()
    {
        // Two requests on one state of the stakes: each head is signed and would draw the same providers.
        Receipt[] receipts = [.. StrategyLaws.Receipts("sampling", false).GroupBy(receipt => receipt.Request.StakesRoot).First(group => group.Count() > 1)];
        ReceiptCase evidence = receipts[1].Case;
        ReceiptCase other = receipts[0].Case;
        ReceiptCase swapped = evidence with { OpeningHead = other.OpeningHead, Signatures = evidence.Signatures.SetItem(1, other.Signatures[1]) };
        AssertRefuted(StrategyRegistry.Get("sampling").Create(false), receipts[1] with { Case = swapped }, "settlement");
    }

    [Fact]
    public void Every_flipped_bit_of_a_record_is_refuted_by_the_settlement_or_earlier()
    {
        HashSet<string> fields = [];
        foreach (EvidenceBase run in EvidenceBase.All)
        {
            SignatureSchemes schemes = SignatureSchemes.Default.Remembering(1 << 10);
            byte[] record = run.Receipt.Case.Record.Span.ToArray();
            for (int bit = 0; bit < 8 * record.Length; bit += 5)
            {
                record[bit / 8] ^= (byte)(1 << (bit % 8));
                ReceiptCheck check = run.Strategy.Check(run.Receipt with { Case = run.Receipt.Case with { Record = new OpaqueBytes(record) } }, schemes);
                record[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(check.IsValid);
                Assert.NotNull(check.Refuted);
                _ = fields.Add(check.Refuted.Name);
            }
        }

        Assert.Superset(new HashSet<string> { "record", "secret", "claims", "draws", "seats", "settlement" }, fields);
    }

    [Theory]
    [MemberData(nameof(StrategyLaws.All), MemberType = typeof(StrategyLaws))]
    public void A_check_never_throws_on_damaged_parts_that_the_requester_signed_again(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        Receipt[] receipts = StrategyLaws.Receipts(name, audits);
        Mutator records = new(11, [.. receipts.Select(receipt => receipt.Case.Record.Span.ToArray())]);
        Mutator terms = new(12, [.. receipts.Select(receipt => receipt.Request.Terms.Span.ToArray())]);
        Random random = new(13);
        for (int i = 0; i < 500; i++)
        {
            Receipt original = receipts[random.Next(receipts.Length)];
            ReceiptCase evidence = original.Case;
            Verdict verdict = original.Verdict;
            if (random.Next(3) != 0)
            {
                evidence = evidence with { Record = new OpaqueBytes(records.Next()) };
            }

            if (random.Next(3) == 0)
            {
                byte[] bytes = terms.Next();
                evidence = ReceiptForge.Resign(evidence with
                {
                    Request = evidence.Request with { Terms = new OpaqueBytes(bytes.AsSpan(0, Math.Min(bytes.Length, InferenceRequest.MaxTermsBytes))) },
                });
            }

            if (random.Next(4) == 0)
            {
                verdict = new Verdict((VerdictKind)random.Next(3), (VerdictReason)random.Next(12), random.Next(3) - 1.0, double.NaN);
            }

            evidence = random.Next(4) switch
            {
                0 => evidence with { Signatures = evidence.Signatures[..random.Next(evidence.Signatures.Length)] },
                1 => evidence with { Signatures = evidence.Signatures.Add(evidence.Signatures[0]) },
                _ => evidence,
            };
            Receipt receipt = original with { Case = evidence, Verdict = verdict };
            Assert.False(strategy.Check(receipt).IsValid && receipt.BodyDigest != original.BodyDigest);
        }
    }

    private static void AssertRefuted(VerificationStrategy strategy, Receipt tampered, string field)
    {
        Assert.True(Canonical.TryRead(tampered.ToBytes(), out Receipt? read), "The tampered receipt can be read.");
        ReceiptCheck check = strategy.Check(read);
        Assert.Equal(field, check.Refuted?.Name);
        Assert.False(check.IsValid);
    }

    private static Receipt Later(Receipt receipt) =>
        StrategyLaws.Receipts("sampling", true).First(candidate => candidate.ClosingHead.Sequence > receipt.ClosingHead.Sequence);
}
