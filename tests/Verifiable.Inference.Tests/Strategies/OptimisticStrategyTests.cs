using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Optimistic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Whole orders under the optimistic strategy: what is delivered when, who may overturn it, and where the money goes.</summary>
public sealed class OptimisticStrategyTests
{
    private static readonly OptimisticOptions _options = new() { Referees = [new SumReferee()], CheckRate = 1e-9, AllowsInsecureTerms = true };

    [Fact]
    public void An_answer_is_delivered_at_once_and_paid_when_its_window_is_over()
    {
        OptimisticStrategy strategy = new(_options);
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(3);
        DateTimeOffset start = world.Time.GetUtcNow();
        VerificationOutcome outcome = world.Time.Run(strategy.RunAsync(world.Order(), world.Network));
        NodeId provider = outcome.Asserter!.Value;
        Amount before = world.Worth(provider);
        Assert.True(world.Time.GetUtcNow() - start < TimeSpan.FromSeconds(1));
        Assert.True(outcome.IsProvisional && outcome is { Receipt: null, Verdict.Kind: VerdictKind.Undetermined, Output: not null });
        Assert.Equal(_options.Reward, world.Ledger.State.Totals.Escrows);

        VerificationOutcome final = world.Time.Run(new ValueTask<VerificationOutcome>(outcome.Finality));
        Assert.Equal((VerdictReason.Unchallenged, false), (final.Verdict.Reason, final.IsProvisional));
        Assert.Equal(outcome.Output!["y"].AsSpan<float>().ToArray(), final.Output!["y"].AsSpan<float>().ToArray());
        Assert.Equal(before + _options.Reward + _options.Disputes.ClaimBond, world.Worth(provider));
        Assert.Equal(TimeSpan.FromMilliseconds(_options.Disputes.Window), world.Time.GetUtcNow() - start);
        Assert.Same(final, world.Time.Run(new ValueTask<VerificationOutcome>(final.Finality)));
    }

    [Fact]
    public void A_wrong_answer_is_overturned_by_who_watches_the_bonds_move_and_another_provider_is_asked()
    {
        List<OverturnedAnswer> overturned = [];
        OptimisticStrategy strategy = new(_options with { OnOverturned = overturned.Add, MaxReassignments = 8 });
        TestWorld world = new(strategy: strategy);
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions), stake: 100_000_000);
        _ = world.AddHonest(2);
        NodeId watcher = world.Watchers!.Outsider.PublicKey.Id;
        Amount cheatBefore = world.Worth(cheat);
        Amount watcherBefore = world.Worth(watcher);
        Amount burntBefore = world.Ledger.State.Totals.Burnt;
        VerificationOutcome outcome = Until(world, strategy, cheat);

        Assert.NotEqual(cheat, outcome.Asserter);
        Assert.Equal(5f, outcome.Output!["y"].AsSpan<float>()[0]);
        OverturnedAnswer first = overturned[0];
        Assert.Equal((cheat, VerdictReason.DisputeLost, VerdictKind.Rejected), (first.Provider, first.Verdict.Reason, first.Verdict.Kind));
        Assert.Equal(6f, first.Output["y"].AsSpan<float>()[0]);
        Assert.Equal(first.Receipt, Assert.Single(outcome.Overturned));
        ReceiptCheck check = strategy.Check(first.Receipt!);
        Assert.True(check.IsValid, check.Refuted?.ToString());
        Assert.Contains(check.Fields, field => field is { Name: "accusation", Status: ReceiptFieldStatus.Proven });

        // The challenger has what the terms allow of the claim bond, and its own bond back; the rest, and the stake of the task, is burnt; the requester has paid for the right answer only.
        Assert.Equal(watcherBefore + new Amount(480), world.Worth(watcher));
        Assert.Equal(cheatBefore - new Amount(6000), world.Worth(cheat));
        Assert.Equal(burntBefore + new Amount(5520), world.Ledger.State.Totals.Burnt);
        Assert.True(world.Court!.Docket.IsConserved && world.Ledger.State.Totals.IsConserved);

        // Who has no referee takes the accusation from the ledger, whose judge has one; a judge that has none settles nothing.
        OptimisticStrategy blind = new(_options with { Referees = [new Disputes.ToyReferee(1, 3)] });
        Assert.True(blind.Check(first.Receipt!).IsValid);
        Assert.Null(((ISettlementJudge)blind).Judge(first.Receipt!.Case, SignatureSchemes.Default));
        Assert.NotNull(((ISettlementJudge)strategy).Judge(first.Receipt.Case, SignatureSchemes.Default));
    }

    [Fact]
    public void A_claimant_that_does_not_answer_is_convicted_by_the_clock()
    {
        OptimisticStrategy strategy = new(_options with { MaxReassignments = 0 });
        TestWorld world = new(strategy: strategy);
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions));
        world.Watchers!.IsOnline = node => node != cheat;
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal((VerdictReason.DisputeLost, null), (outcome.Verdict.Reason, outcome.Output));
        Assert.Equal(cheat, Assert.Single(outcome.Slashed));
        ReceiptCheck check = strategy.Check(outcome.Receipt!);
        Assert.True(check.IsValid, check.Refuted?.ToString());
        Assert.Contains(check.Fields, field => field is { Name: "court", Status: ReceiptFieldStatus.Asserted });
    }

    [Fact]
    public void A_wrong_challenge_bars_its_victim_for_its_time_and_pays_it()
    {
        OptimisticStrategy strategy = new(_options);
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(1);
        ISigner griefer = TestWorld.Key("griefer");
        _ = world.Ledger.Apply(new Deposit(griefer.PublicKey.Id, new Amount(1000)));
        VerificationOutcome outcome = world.Time.Run(strategy.RunAsync(world.Order(), world.Network));
        NodeId provider = outcome.Asserter!.Value;
        DisputedClaim claim = Assert.Single(world.Court!.ReadClaims());
        Amount before = world.Worth(provider);
        Assert.False(world.Court.IsBarred(provider));
        Assert.Equal(DisputeRefusal.None, world.Court.Open(griefer.Sign(OpeningOf(claim, griefer))));
        Assert.True(world.Court.IsBarred(provider));
        Assert.Equal(new Amount(400), world.Worth(griefer.PublicKey.Id));

        VerificationOutcome second = world.Time.Run(strategy.RunAsync(world.Order(2), world.Network));
        Assert.Equal(VerdictReason.NoProvider, second.Verdict.Reason);
        VerificationOutcome final = world.Time.Run(new ValueTask<VerificationOutcome>(outcome.Finality));
        Assert.Equal(VerdictReason.Unchallenged, final.Verdict.Reason);
        Assert.False(world.Court.IsBarred(provider));
        Assert.Equal(before + new Amount(120 + 3000 + 300), world.Worth(provider));
        Assert.Equal(new Amount(400), world.Worth(griefer.PublicKey.Id));
        Assert.True(strategy.Check(final.Receipt!).IsValid);
    }

    [Fact]
    public void The_system_s_recomputer_convicts_without_any_watcher_and_is_convicted_where_it_lies()
    {
        OptimisticStrategy strategy = new(_options with { CheckRate = 1, MaxAttempts = 3 });
        int caught = 0;
        int lied = 0;
        for (ulong seed = 0; seed < 12; seed++)
        {
            TestWorld world = new TestWorld(seed, strategy).AddHonest(1);
            NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions));
            world.Watchers!.IsWatched = false;
            Amount before = world.Worth(cheat);
            VerificationOutcome outcome = world.Run(strategy);
            if (outcome.Receipt is null)
            {
                continue;
            }

            Assert.Equal(5f, outcome.Output!["y"].AsSpan<float>()[0]);
            Assert.NotEqual(cheat, outcome.OutputProvider);
            Assert.Equal(before - new Amount(6000), world.Worth(cheat));
            Assert.Equal(cheat, Assert.Single(outcome.Slashed));
            Assert.True(strategy.Check(outcome.Receipt).IsValid);
            caught += outcome.Verdict.Reason == VerdictReason.DisputeLost ? 1 : 0;
            lied += outcome.Verdict.Reason == VerdictReason.AuditIncomplete ? 1 : 0;
        }

        Assert.True(caught > 1 && lied > 1, $"{caught} cheats, {lied} lying recomputers");
    }

    [Fact]
    public void A_quarrel_that_nobody_fights_out_pays_nobody()
    {
        OptimisticStrategy strategy = new(_options with { CheckRate = 1, MaxReassignments = 0 });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(1);
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions));
        NodeId honest = world.Network.Reachable.Single(node => node != cheat);
        world.Watchers!.IsOnline = _ => false;
        (Amount a, Amount b) = (world.Worth(cheat), world.Worth(honest));
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal((VerdictReason.Unresolved, null), (outcome.Verdict.Reason, outcome.Output));
        Assert.Equal((a, b, new Amount(240)), (world.Worth(cheat), world.Worth(honest), world.Ledger.State.Totals.Burnt));
    }

    [Fact]
    public void An_unbonded_or_untraced_claim_is_not_paid_and_another_provider_is_asked()
    {
        OptimisticStrategy strategy = new(_options with { MaxAttempts = 3, MaxReassignments = 8 });
        TestWorld world = new(strategy: strategy);
        NodeId poor = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions));
        NodeId plain = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions));
        _ = world.AddHonest(1, stake: 10_000);
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new Withdraw(poor, world.Ledger.BalanceOf(poor))));
        for (int i = 0; i < 6; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            Assert.DoesNotContain(outcome.OutputProvider, (NodeId?[])[poor, plain]);
            foreach (Receipt receipt in outcome.Overturned)
            {
                Assert.Equal(VerdictReason.ClaimRefused, receipt.Verdict.Reason);
                Assert.True(strategy.Check(receipt).IsValid);
            }
        }

        Assert.True(world.Worth(poor) <= new Amount(TestWorld.StakeOfEach) && world.Worth(plain) == new Amount(TestWorld.StakeOfEach + 1_000_000));
    }

    [Fact]
    public void Terms_under_which_cheating_pays_or_that_nobody_takes_are_refused_and_say_what_repairs_them()
    {
        OptimisticOptions good = new() { Referees = [new SumReferee()] };
        OptimisticStrategyAssessment assessment = new OptimisticStrategy(good).Assess();
        Assert.True(assessment is { IsHonestySecure: true, IsHonestyTheOnlyEquilibrium: true, ExpectedCost: 1.1m, DetectionProbability: 0.09m });
        Assert.True(assessment.Examine()!.IsSecure);

        Assert.Contains("CheckRate", Fault(good with { CheckRate = 0.001 }), StringComparison.Ordinal);
        Assert.Contains("challenge bond", Fault(good with { Disputes = good.Disputes with { ChallengeBond = new Amount(150) } }), StringComparison.Ordinal);
        Assert.Contains("claim bond", Fault(good with { Disputes = good.Disputes with { MaxReward = new Amount(109) } }), StringComparison.Ordinal);
        Assert.Contains("times the reward is at risk", Fault(good with { Slash = new Amount(60_000) }), StringComparison.Ordinal);
        Assert.Contains("OpeningWindow", Fault(good with { OpeningWindow = TimeSpan.FromHours(5) }), StringComparison.Ordinal);
        Assert.Contains("Referees", Fault(good with { Referees = [] }), StringComparison.Ordinal);
        _ = new OptimisticStrategy(good with { CheckRate = 0.001, AllowsInsecureTerms = true });

        // The least rate that the message names is the least.
        decimal least = 100m / 5640m / 0.9m;
        _ = new OptimisticStrategy(good with { CheckRate = (double)least + 1e-6 });
        _ = Fault(good with { CheckRate = (double)least - 1e-6 });
        Assert.Equal(1 - (100m / 5640m / 0.1m), assessment.BreakingCoalitionShare!.Value, 10);

        static string Fault(OptimisticOptions options) => Assert.Throws<ArgumentException>(() => new OptimisticStrategy(options)).Message;
    }

    [Fact]
    public void I_a_ruling_that_the_operator_made_up_convinces_nobody_who_has_the_model()
    {
        OptimisticStrategy strategy = new(_options with { MaxReassignments = 0 });
        TestWorld wrong = new(strategy: strategy);
        _ = wrong.Add(signer => new LocalProvider(signer, wrong.Ledger, [wrong.Engine(bias: 1)], wrong.ProviderOptions));
        Receipt convicted = wrong.Run(strategy).Receipt!;
        Assert.True(OptimisticRecord.TryRead(convicted.Case, out OptimisticRecord? guilty));
        TestWorld right = new TestWorld(strategy: strategy).AddHonest(1);
        Receipt honest = right.Run(strategy).Receipt!;
        Assert.True(OptimisticRecord.TryRead(honest.Case, out OptimisticRecord? innocent));
        ClaimRuling made = guilty.Rulings[0]!.Body with { Claim = innocent.Rulings[0]!.Body.Claim };
        OptimisticRecord forged = innocent with { Rulings = [TestWorld.Key("operator").Sign(made)] };
        ReceiptCase evidence = honest.Case with { Record = forged.ToOpaqueBytes(), Signatures = [.. honest.Case.Signatures[..2], .. forged.Signatures] };
        Assert.Null(((ISettlementJudge)strategy).Judge(evidence, SignatureSchemes.Default));
        Assert.Equal("accusation", strategy.Check(honest with { Case = evidence }).Refuted?.Name);

        // Signed by anybody else, it is no ruling at all.
        OptimisticRecord stolen = innocent with { Rulings = [TestWorld.Key("requester").Sign(innocent.Rulings[0]!.Body)] };
        Assert.Equal("rulings", strategy.Check(honest with { Case = honest.Case with { Signatures = [.. honest.Case.Signatures[..2], .. stolen.Signatures] } }).Refuted?.Name);
    }

    [Fact]
    public void A_beacon_s_value_is_the_beacon_s_and_claims_were_due_before_it()
    {
        OptimisticStrategy strategy = new(_options with { CheckRate = 1, Beacon = TestWorld.Beacon });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(3);
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal(VerdictReason.OutputsMatch, outcome.Verdict.Reason);
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
        OptimisticStrategy other = new(_options with { CheckRate = 1, Beacon = new SeededBeacon(8) });
        Assert.Equal("beacon", other.Check(outcome.Receipt!).Refuted?.Name);
        OptimisticStrategy none = new(_options with { CheckRate = 1 });
        Assert.True(none.Check(outcome.Receipt!).IsValid);
        Assert.Null(((ISettlementJudge)none).Judge(outcome.Receipt!.Case, SignatureSchemes.Default));
        Assert.True(OptimisticRecord.TryRead(outcome.Receipt.Case, out OptimisticRecord? record));
        Assert.True(Canonical.TryRead(outcome.Receipt.Request.Terms.Span, out OptimisticTerms? terms));
        Assert.True(record.Asserter.Deadline <= terms.CheckTime(outcome.Receipt.Request.Deadline) - BeaconEvidence.ClockMargin);
    }

    [Fact]
    public void The_numbers_of_the_page_are_those_of_the_defaults()
    {
        OptimisticStrategyAssessment assessment = new OptimisticStrategy(new OptimisticOptions { Referees = [new SumReferee()] }).Assess();
        Assert.Equal((20m, -387.6m, 480m, 6000m, 5520m), (assessment.HonestPayoff, assessment.DishonestPayoff, assessment.Bounty, assessment.Slash, assessment.LeastLoss));
        Assert.Equal(0.823m, Math.Round(assessment.BreakingCoalitionShare!.Value, 3));
        Assert.Equal((0.18m, 190m, 300m), (Math.Round(assessment.GriefingFactor, 2), assessment.CompensationMargin, assessment.SelfPlayLoss));
        Assert.Equal((0.2128, 0.0177), (Math.Round(assessment.WatchedOnly.FraudRate, 4), Math.Round(assessment.Game.Indifference, 4)));
        Assert.Equal(0.2145, Math.Round((assessment.Game with { SystemRate = 0, Watchers = 10 }).Solve().FraudRate, 4));
        Assert.Equal(0, assessment.Watched.FraudRate);
        Assert.Equal(new TimeSpan(1, 0, 10), assessment.UsualFinality);
        Assert.Equal(new TimeSpan(1, 28, 0), TimeSpan.FromMilliseconds((long)new OptimisticOptions { Referees = [] }.Disputes.LongestFinality));
    }

    [Fact]
    public void A_provider_takes_no_terms_that_leave_it_unprotected()
    {
        Assert.NotNull(Ask(_options));
        Assert.Null(Ask(_options with { Disputes = _options.Disputes with { ChallengeBond = new Amount(200) } }));
        Assert.Null(Ask(_options with { Disputes = _options.Disputes with { Extension = 999 } }));
        Assert.Null(Ask(_options with { Slash = new Amount(27_001) }));
        Assert.Null(Ask(_options with { MaxAttempts = 4, OpeningWindow = TimeSpan.FromHours(9) }));

        static NamedTensors? Ask(OptimisticOptions options)
        {
            OptimisticStrategy asked = new(options);
            TestWorld world = new TestWorld(strategy: asked).AddHonest(1);
            return world.Time.Run(asked.RunAsync(world.Order(), world.Network)).Output;
        }
    }

    internal static DisputeOpening OpeningOf(DisputedClaim claim, ISigner challenger) => new()
    {
        Ledger = claim.Body.Ledger,
        Task = claim.Body.Task,
        Claim = claim.Body.Digest,
        Challenger = challenger.PublicKey.Id,
        Terms = OptimisticStrategy.FindDisputeTerms(claim.Envelope)!.Digest,
        Nonce = Digest.Of([9]),
    };

    // The first order whose first answer is the cheat's, run to its end.
    private static VerificationOutcome Until(TestWorld world, OptimisticStrategy strategy, NodeId first)
    {
        while (true)
        {
            VerificationOutcome outcome = world.Time.Run(strategy.RunAsync(world.Order(), world.Network));
            NodeId? asserter = outcome.Asserter;
            outcome = world.Time.Run(new ValueTask<VerificationOutcome>(outcome.Finality));
            if (asserter == first)
            {
                return outcome;
            }
        }
    }
}
