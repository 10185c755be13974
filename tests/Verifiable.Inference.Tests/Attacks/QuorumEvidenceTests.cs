using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>Changed evidence of a quorum, and what refutes it.</summary>
public sealed class QuorumEvidenceTests
{
    private static readonly Dictionary<string, (string Field, Func<QuorumRecord, QuorumRecord> Change)> _changes = new()
    {
        ["another secret"] = ("secret", record => record with { Secret = Digest.Of("another"u8) }),
        ["another deadline"] = ("claims", record => WithFirst(record, static seat => seat with { Deadline = seat.Deadline - 1 })),
        ["another salt"] = ("claims", record => WithFirst(record, static seat => seat with { Claim = seat.Claim! with { Salt = Digest.Of("another"u8) } })),
        ["seats of a task in another order"] = ("seats", record => Swapped(record)),
        ["a seat twice in a task"] = ("seats", record => WithHolding(record, 0, static holding => holding with { More = [holding.Record.Seat] })),
    };

    public static TheoryData<string> Changes => [.. _changes.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Changed_evidence_is_refuted_where_it_was_changed(string name)
    {
        VerificationStrategy strategy = StrategyRegistry.Get("quorum").Create(true);
        (string field, Func<QuorumRecord, QuorumRecord> change) = _changes[name];
        Receipt receipt = StrategyLaws.Receipts("quorum", true).First(receipt => RecordOf(receipt) is { } record && record.Holdings[0].HasClaim && record.Holdings.Any(static holding => holding.SeatCount > 2));
        Assert.True(strategy.Check(receipt).IsValid);
        QuorumRecord changed = change(RecordOf(receipt));
        ReceiptCase evidence = receipt.Case with { Record = changed.ToOpaqueBytes() };
        Assert.Equal(field, strategy.Check(receipt with { Case = evidence }).Refuted?.Name);
        Assert.Null(((ISettlementJudge)strategy).Judge(evidence, SignatureSchemes.Default));
    }

    [Fact]
    public void A_signature_of_another_claim_is_refuted()
    {
        VerificationStrategy strategy = StrategyRegistry.Get("quorum").Create(true);
        Receipt receipt = StrategyLaws.Receipts("quorum", true).First(receipt => RecordOf(receipt).Holdings is [{ HasClaim: true }, { HasClaim: true }, ..]);
        ImmutableArray<OpaqueBytes> signatures = receipt.Case.Signatures;
        ReceiptCase swapped = receipt.Case with { Signatures = signatures.SetItem(ReceiptCase.CommonSignatures, signatures[ReceiptCase.CommonSignatures + 1]) };
        Assert.Equal("claims", strategy.Check(receipt with { Case = swapped }).Refuted?.Name);
    }

    [Theory]
    [InlineData(1, LedgerRefusal.None)]
    [InlineData(2, LedgerRefusal.EvidenceRefused)]
    public void A_seat_of_the_first_committee_is_drawn_as_often_as_the_terms_allow(int attempt, LedgerRefusal expected)
    {
        TestWorld world = new TestWorld(strategy: new QuorumStrategy(new QuorumOptions { Beacon = QuorumRequester.Beacon })).AddHonest(9);
        QuorumRequester requester = Enumerable.Range(0, 1000).Select(i => new QuorumRequester(world, secret: Digest.Of(BitConverter.GetBytes(i))))
            .First(candidate => new[] { candidate.Draw(QuorumRequester.First(0, attempt)), candidate.Draw(QuorumRequester.First(1)), candidate.Draw(QuorumRequester.First(2)) }.Distinct().Count() == 3);
        QuorumHolding[] committee = [.. new[] { QuorumRequester.First(1), QuorumRequester.First(2), QuorumRequester.First(0, attempt) }.Select(seat => requester.Fill(requester.Draw(seat), seat))];
        Assert.Equal(expected, requester.Settle(committee).Refusal);
    }

    private static readonly Dictionary<string, Func<QuorumTerms, QuorumTerms>> _unsound = new()
    {
        ["no seats"] = static terms => terms with { Seats = 0 },
        ["a threshold below half of the seats"] = static terms => terms with { Threshold = 0 },
        ["a threshold that no group exceeds"] = static terms => terms with { Threshold = 3 },
        ["an even number of deciding seats"] = static terms => terms with { EscalationSeats = 10 },
        ["no more deciding seats than seats"] = static terms => terms with { EscalationSeats = 3 },
        ["more deciding seats than may be"] = static terms => terms with { EscalationSeats = 1001 },
        ["no limit"] = static terms => terms with { Limit = double.PositiveInfinity },
        ["a limit below zero"] = static terms => terms with { Limit = -0.0 },
        ["no time to open"] = static terms => terms with { OpeningWindow = 0 },
        ["no reward"] = static terms => terms with { Reward = Amount.Zero },
        ["no slash"] = static terms => terms with { Slash = Amount.Zero },
        ["too great a bounty"] = static terms => terms with { Bounty = new Amount(QuorumOptions.GreatestAmount + 1) },
        ["no draw for a seat"] = static terms => terms with { MaxAttempts = 0 },
        ["too many draws for a seat"] = static terms => terms with { MaxAttempts = 17 },
        ["no draw for a deciding seat"] = static terms => terms with { EscalationAttempts = 0 },
        ["too many draws for a deciding seat"] = static terms => terms with { EscalationAttempts = 17 },
        ["a round of no beacon"] = static terms => terms with { BeaconName = string.Empty },
    };

    public static TheoryData<string> Unsound => [.. _unsound.Keys];

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Terms_that_cannot_be_meant_are_not_read(string name)
    {
        QuorumTerms terms = QuorumRequester.UsualTerms(new TestWorld(strategy: new QuorumStrategy(new QuorumOptions { Beacon = QuorumRequester.Beacon })));
        Assert.True(Canonical.TryRead(terms.ToBytes(), out QuorumTerms? read));
        Assert.Equal(terms, read);
        Assert.False(Canonical.TryRead(_unsound[name](terms).ToBytes(), out read));
    }

    // After the last round nobody is convicted.
    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void A_provider_takes_no_task_whose_second_committee_a_beacon_that_ends_would_not_draw(ulong round, bool isTaken)
    {
        HashChainBeacon beacon = new(Digest.Of("chain"u8), DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), 10, new VirtualTime());
        QuorumStrategy strategy = new(new QuorumOptions { Beacon = beacon });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(9);
        QuorumRequester requester = new(world, terms => terms with { BeaconName = beacon.Name, BeaconRound = round, BeaconTime = beacon.TimeOf(round) });
        TaskEnvelope envelope = requester.Envelope(requester.NodeAt(0), null, QuorumRequester.First(0));
        Assert.Equal(isTaken, ((ISettlementJudge)strategy).IsFair(envelope, world.Ledger.StakeShares, new Amount(100), 0));
    }

    // What is revealed on the ledger could be copied by whoever has not claimed yet.
    [Fact]
    public void Nothing_is_demanded_before_everybody_in_the_committee_has_claimed_or_is_too_late()
    {
        QuorumStrategy strategy = new(new QuorumOptions { Beacon = QuorumRequester.Beacon, Seats = 5, EscalationRate = 0, AllowsInsecureTerms = true });
        TestWorld world = new(31, strategy);
        _ = world.Add(signer => new LateRevealer(signer, world.Ledger, world.Engine(), world.ProviderOptions), 4_000_000);
        for (int i = 0; i < 6; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SlowEngine(world.Engine(), world.Time, TimeSpan.FromSeconds(6))], world.ProviderOptions));
        }

        for (int i = 0; i < 8; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            _ = world.Time.Run(new ValueTask<Receipt?>(outcome.LateSettlement));
        }

        Dictionary<Digest, long> working = [];
        int demands = 0;
        foreach (LedgerEntry entry in world.Ledger.ReadEntries())
        {
            switch (entry.Command)
            {
                case AcceptTask accept:
                    working.Add(accept.Task, world.Ledger.FindTask(accept.Task)!.Deadline);
                    break;
                case PostClaim post:
                    _ = working.Remove(post.Task);
                    break;
                case DemandClaim:
                    demands++;
                    Assert.All(working.Values, deadline => Assert.True(deadline <= entry.Time));
                    break;
                default:
                    break;
            }
        }

        Assert.InRange(demands, 3, 8);
    }

    // An outcome comes early only where it cannot change: among honest providers, of whom some are slow and one refuses, the same requests call a second committee as where all are waited for.
    [Fact]
    public void Whoever_does_not_wait_calls_no_second_committee_that_waiting_would_not()
    {
        int called = 0;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            bool waiting = CallsSecond(seed, waitsForAll: true);
            Assert.Equal(waiting, CallsSecond(seed, waitsForAll: false));
            called += waiting ? 1 : 0;
        }

        Assert.InRange(called, 3, 30);

        static bool CallsSecond(ulong seed, bool waitsForAll)
        {
            QuorumStrategy strategy = new(new QuorumOptions { Beacon = QuorumRequester.Beacon, EscalationRate = 0, WaitsForAll = waitsForAll, AllowsInsecureTerms = true });
            TestWorld world = new(seed, strategy);
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions with { AcceptsTerms = static (_, _) => false }), 6_000_000);
            for (int i = 0; i < 6; i++)
            {
                TimeSpan time = TimeSpan.FromSeconds(i % 2 == 0 ? 0 : 6);
                _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SlowEngine(world.Engine(), world.Time, time)], world.ProviderOptions));
            }

            return world.Run(strategy).Receipt is { } receipt && RecordOf(receipt).Holdings.Any(static holding => holding.Role == TaskRole.Voter);
        }
    }

    private static QuorumRecord RecordOf(Receipt receipt) =>
        QuorumRecord.TryRead(receipt.Case.Record.Span, receipt.Case.StrategySignatures, out QuorumRecord? record) ? record : throw new InvalidOperationException("Expected a record of a quorum.");

    private static QuorumRecord WithHolding(QuorumRecord record, int index, Func<QuorumHolding, QuorumHolding> change) => record with { Holdings = record.Holdings.SetItem(index, change(record.Holdings[index])) };

    private static QuorumRecord WithFirst(QuorumRecord record, Func<SeatRecord, SeatRecord> change) => WithHolding(record, 0, holding => holding with { Record = change(holding.Record) });

    private static QuorumRecord Swapped(QuorumRecord record)
    {
        int index = record.Holdings.ToList().FindIndex(static holding => holding.SeatCount > 2);
        return WithHolding(record, index, static holding => holding with { More = [holding.More[1], holding.More[0], .. holding.More.Skip(2)] });
    }

    private sealed class SlowEngine(IInferenceEngine engine, TimeProvider time, TimeSpan duration) : IInferenceEngine
    {
        public EngineDescription Description => engine.Description;

        public async ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
        {
            await Task.Delay(duration, time, cancellationToken).ConfigureAwait(false);
            return await engine.RunAsync(inputs, options, cancellationToken).ConfigureAwait(false);
        }
    }
}
