using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>What a quorum does, case by case.</summary>
public sealed class QuorumStrategyTests
{
    private static readonly QuorumOptions _plain = new() { Beacon = new SeededBeacon(7), EscalationRate = 0, AllowsInsecureTerms = true };

    private static readonly Amount _stake = new(TestWorld.StakeOfEach);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(101)]
    [InlineData(QuorumOptions.AsManyAsProviders)]
    public void Any_number_of_seats_is_filled_and_paid_seat_by_seat_from_any_pool(int seats)
    {
        QuorumStrategy strategy = new(_plain with { Seats = seats });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(4);
        Amount before = world.Worth(world.Requester.PublicKey.Id);
        VerificationOutcome outcome = world.Run(strategy);
        int paid = seats == QuorumOptions.AsManyAsProviders ? 5 : seats;
        Assert.Equal(before - new Amount(120 * (ulong)paid), world.Worth(world.Requester.PublicKey.Id));
        Assert.InRange(outcome.Computations, 1, 4);
        Assert.Equal(outcome.Computations == 1 ? VerdictReason.NotAudited : VerdictReason.OutputsMatch, outcome.Verdict.Reason);
        Assert.Equal(outcome.Computations > 1, outcome.Verdict.IsAccepted);
    }

    [Fact]
    public void A_provider_that_is_drawn_for_every_seat_computes_once_and_is_paid_for_each()
    {
        QuorumStrategy strategy = new(_plain with { Seats = 5 });
        TestWorld world = new(strategy: strategy);
        SumEngine engine = world.Engine();
        NodeId only = world.Add(signer => new LocalProvider(signer, world.Ledger, [engine], world.ProviderOptions));
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal(1, engine.Runs);
        Assert.Equal(_stake + new Amount(600), world.Worth(only));
        Assert.Equal(VerdictReason.NotAudited, outcome.Verdict.Reason); // alone it confirms nobody
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
    }

    [Fact]
    public void One_seat_is_not_confirmed_by_itself_and_is_by_the_larger_committee()
    {
        QuorumStrategy never = new(_plain with { Seats = 1 });
        TestWorld world = new TestWorld(strategy: never).AddHonest(6);
        Assert.Equal((VerdictKind.Undetermined, VerdictReason.NotAudited), KindOf(world.Run(never)));
        QuorumStrategy always = new(_plain with { Seats = 1, EscalationRate = 1 });
        VerificationOutcome outcome = world.Run(always);
        Assert.Equal((VerdictKind.Accepted, VerdictReason.OutputsMatch), KindOf(outcome));
        Assert.True(outcome.WasAudited);
        Assert.Empty(outcome.Slashed);
    }

    [Fact]
    public void Three_different_outputs_call_the_larger_committee_which_convicts_the_wrong_ones()
    {
        QuorumStrategy strategy = new(_plain with { EscalationSeats = 51 });
        TestWorld world = new(4, strategy);
        Dictionary<NodeId, int> bias = [];
        for (int i = 0; i < 12; i++)
        {
            int wrong = Math.Max(0, i - 8);
            bias.Add(world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(wrong)], world.ProviderOptions), wrong == 0 ? TestWorld.StakeOfEach : 2_000_000), wrong);
        }

        int ties = 0;
        for (int i = 0; i < 40; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            Assert.All(outcome.Slashed, slashed => Assert.NotEqual(0, bias[slashed]));
            ties += outcome.Verdict is { Kind: VerdictKind.Accepted, Reason: VerdictReason.CheckerMistaken } && outcome.Slashed.Length == 2 ? 1 : 0;
            Assert.True(outcome.Verdict.Kind == VerdictKind.Undetermined || outcome.Output!["y"].AsSpan<float>()[1] == 0);
        }

        Assert.NotEqual(0, ties);
        Assert.True(world.Ledger.State.Totals.IsConserved);
    }

    [Fact]
    public void When_all_are_silent_all_lose_their_stake_and_the_requester_nothing()
    {
        QuorumStrategy strategy = new(_plain);
        TestWorld world = new(strategy: strategy);
        for (int i = 0; i < 3; i++)
        {
            _ = world.Add(signer => new SilentProvider(signer, world.Ledger, world.Engine(), world.ProviderOptions));
        }

        Amount before = world.Worth(world.Requester.PublicKey.Id);
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal((VerdictKind.Undetermined, VerdictReason.ProviderSilent), KindOf(outcome));
        Assert.Equal(before, world.Worth(world.Requester.PublicKey.Id));
        Assert.Equal(new Amount(9000), world.Ledger.State.Totals.Burnt);
        Assert.Null(outcome.Output);
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
    }

    [Fact]
    public void When_nobody_accepts_nothing_moves()
    {
        QuorumStrategy strategy = new(_plain);
        TestWorld world = new(strategy: strategy);
        for (int i = 0; i < 3; i++)
        {
            _ = world.Add(signer => new FailingProvider(signer, world.Ledger, world.Engine(), FailureKind.Refuses, options: world.ProviderOptions));
        }

        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal(VerdictReason.NoProvider, outcome.Verdict.Reason);
        Assert.Null(outcome.Receipt);
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Escrows);
    }

    // Five providers of five times; three seats are needed.
    [Fact]
    public void The_outcome_comes_with_the_slowest_reveal_that_it_needs_and_those_after_it_are_paid_too()
    {
        QuorumStrategy strategy = new(_plain with { Seats = 5 });
        TestWorld world = new(3, strategy);
        Dictionary<NodeId, int> seconds = [];
        for (int i = 0; i < 20; i++)
        {
            int delay = i % 9;
            seconds.Add(world.Add(signer => new LocalProvider(signer, world.Ledger, [new DelayedEngine(world, delay)], world.ProviderOptions)), delay);
        }

        int early = 0;
        for (int i = 0; i < 20; i++)
        {
            long start = world.Network.Now;
            Dictionary<NodeId, Amount> before = seconds.Keys.ToDictionary(node => node, world.Worth);
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            long took = world.Network.Now - start;
            bool wasEarly = !outcome.LateSettlement.IsCompleted;
            Receipt? late = world.Time.Run(new ValueTask<Receipt?>(outcome.LateSettlement));
            (int Delay, int Seats)[] paid = [.. seconds.Keys.Select(node => (seconds[node], (int)((world.Worth(node) - before[node]).Units / 120))).Where(entry => entry.Item2 > 0)];
            Assert.Equal(5, paid.Sum(entry => entry.Seats));

            // Seats by time: the third of five.
            int[] times = [.. paid.SelectMany(entry => Enumerable.Repeat(entry.Delay, entry.Seats)).Order()];
            Assert.Equal(times[2] * 1000, took);
            Assert.True(wasEarly || times[4] == times[2]); // of two at the same moment one may be late
            Assert.Equal(wasEarly, late is not null);
            Assert.True(late is null || (strategy.Check(late).IsValid && late.Verdict == outcome.Verdict));
            Assert.Empty(outcome.Slashed);
            early += wasEarly ? 1 : 0;
        }

        Assert.InRange(early, 5, 20);
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Escrows);
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Burnt);
    }

    [Fact]
    public void Who_comes_late_and_contradicts_is_not_paid_and_not_slashed_and_who_is_silent_is_slashed()
    {
        QuorumStrategy strategy = new(_plain);
        TestWorld world = new(5, strategy);
        HashSet<NodeId> quick = [];
        for (int i = 0; i < 4; i++)
        {
            _ = quick.Add(world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions)));
        }

        NodeId late = world.Add(signer => new LocalProvider(signer, world.Ledger, [new DelayedEngine(world, 5, bias: 1)], world.ProviderOptions), 2_000_000);
        NodeId silent = world.Add(signer => new SilentProvider(signer, world.Ledger, world.Engine(), world.ProviderOptions), 2_000_000);
        int lateOnes = 0;
        int silentOnes = 0;
        for (int i = 0; i < 30; i++)
        {
            Amount burnt = world.Ledger.State.Totals.Burnt;
            (Amount before, Amount lateBefore, Amount silentBefore) = (world.Worth(world.Requester.PublicKey.Id), world.Worth(late), world.Worth(silent));
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            bool wasEarly = !outcome.LateSettlement.IsCompleted;
            _ = world.Time.Run(new ValueTask<Receipt?>(outcome.LateSettlement));
            if (!wasEarly || outcome.WasAudited || outcome.Verdict.Reason != VerdictReason.OutputsMatch)
            {
                continue;
            }

            Amount lost = silentBefore - world.Worth(silent);
            ulong silentSeats = lost.Units / 3000;
            Assert.Equal(lateBefore, world.Worth(late)); // neither paid nor slashed
            Assert.Equal(before - new Amount(120 * (3 - silentSeats)), world.Worth(world.Requester.PublicKey.Id)); // and what it would have had is burnt
            lateOnes += silentSeats == 0 ? 1 : 0;
            silentOnes += silentSeats > 0 ? 1 : 0;
            Assert.Equal(burnt + new Amount((silentSeats * 3000) + (silentSeats == 0 ? 120UL : 0)), world.Ledger.State.Totals.Burnt);
        }

        Assert.NotEqual(0, lateOnes);
        Assert.NotEqual(0, silentOnes);
    }

    [Fact]
    public void A_requester_that_waits_hears_the_late_contradiction_and_escalates_it()
    {
        QuorumStrategy strategy = new(_plain with { WaitsForAll = true, Seats = 5, EscalationSeats = 31 });
        TestWorld world = new(5, strategy);
        for (int i = 0; i < 6; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions));
        }

        NodeId late = world.Add(signer => new LocalProvider(signer, world.Ledger, [new DelayedEngine(world, 5, bias: 1)], world.ProviderOptions), 2_000_000);
        int convicted = 0;
        for (int i = 0; i < 12; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            Assert.All(outcome.Slashed, slashed => Assert.Equal(late, slashed));
            convicted += outcome.Slashed.Length;
        }

        Assert.NotEqual(0, convicted);
    }

    // The same five providers of five times, and nobody is left for later.
    [Fact]
    public void A_requester_that_waits_is_answered_with_the_slowest_of_all_seats_and_settles_once()
    {
        QuorumStrategy strategy = new(_plain with { Seats = 5, WaitsForAll = true });
        TestWorld world = new(3, strategy);
        Dictionary<NodeId, int> seconds = [];
        for (int i = 0; i < 20; i++)
        {
            int delay = i % 9;
            seconds.Add(world.Add(signer => new LocalProvider(signer, world.Ledger, [new DelayedEngine(world, delay)], world.ProviderOptions)), delay);
        }

        int different = 0;
        for (int i = 0; i < 20; i++)
        {
            long start = world.Network.Now;
            Dictionary<NodeId, Amount> before = seconds.Keys.ToDictionary(node => node, world.Worth);
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            int[] times = [.. seconds.Keys.Where(node => world.Worth(node) > before[node]).Select(node => seconds[node]).Order()];
            Assert.Equal(times[^1] * 1000, world.Network.Now - start);
            Assert.True(outcome.LateSettlement.IsCompletedSuccessfully && world.Time.Run(new ValueTask<Receipt?>(outcome.LateSettlement)) is null);
            Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Escrows);
            different += times[^1] > times[0] ? 1 : 0;
        }

        Assert.InRange(different, 15, 20);
    }

    // The coin is computed here once more, from what the receipt shows. 400 tosses at 0.3: 4.5 standard deviations are 41, a false alarm in 100,000 seeds.
    [Fact]
    public void Of_unanimous_answers_the_share_of_the_coin_is_escalated_and_no_other()
    {
        QuorumStrategy strategy = new(_plain with { EscalationRate = 0.3, AllowsInsecureTerms = true });
        TestWorld world = new TestWorld(8, strategy).AddHonest(24);
        int escalated = 0;
        int unanimous = 0;
        Span<byte> buffer = stackalloc byte[512];
        for (int i = 0; i < 400; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            Receipt receipt = outcome.Receipt!;
            Assert.True(QuorumRecord.TryRead(receipt.Case.Record.Span, receipt.Case.StrategySignatures, out QuorumRecord? record));
            Assert.True(Canonical.TryRead(receipt.Request.Terms.Span, out QuorumTerms? terms));
            QuorumHolding[] first = [.. record.Holdings.Where(static holding => holding is { Role: TaskRole.Asserter, IsLate: false })];
            CanonicalWriter claims = new(buffer);
            claims.WriteDomain("vinf/quorum-claims/v1");
            foreach (QuorumHolding holding in first)
            {
                claims.WriteDigest(holding.Record.Claim!.Restore(holding.EnvelopeOf(receipt.Request, terms, record.Secret)).Digest);
            }

            bool falls = terms.EscalationRate.Covers(AuditDraws.Coin(record.Secret, claims.ToDigest()));
            claims.Dispose();
            _ = world.Time.Run(new ValueTask<Receipt?>(outcome.LateSettlement));
            Assert.Equal(falls, outcome.WasAudited);
            Assert.Equal(falls, record.Holdings.Any(static holding => holding.Role == TaskRole.Voter));
            Assert.Empty(outcome.Slashed);
            unanimous++;
            escalated += falls ? 1 : 0;
        }

        Assert.InRange(escalated, (0.3 * unanimous) - 41, (0.3 * unanimous) + 41);
    }

    [Fact]
    public void Without_a_beacon_a_wrong_output_is_found_out_and_convicts_nobody()
    {
        QuorumStrategy strategy = new(_plain with { Beacon = null });
        TestWorld world = new TestWorld(6, strategy).AddHonest(6);
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions), 2_000_000);
        HashSet<VerdictReason> reasons = [];
        for (int i = 0; i < 20; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            _ = reasons.Add(outcome.Verdict.Reason);
            Assert.Empty(outcome.Slashed);
        }

        Assert.Equal(new Amount(2_000_000), world.Worth(cheat)); // never paid, never slashed
        Assert.Contains(VerdictReason.CheckerMistaken, reasons);
    }

    [Fact]
    public void Insecure_terms_are_refused_with_what_would_repair_them()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new QuorumStrategy(new QuorumOptions { Beacon = null }));
        Assert.Contains("Name a beacon", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<ArgumentException>(() => new QuorumStrategy(new QuorumOptions { Beacon = new SeededBeacon(1), EscalationRate = 0.001 }));
        Assert.Contains("Cheating pays", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<ArgumentException>(() => new QuorumStrategy(new QuorumOptions { Beacon = null, Seats = 4, Threshold = 1, EscalationSeats = 2, MaxAttempts = 0, Limit = double.NaN, EscalationRate = 2 }));
        foreach (string name in (string[])["Seats", "Threshold", "EscalationSeats", "MaxAttempts", "Limit", "EscalationRate"])
        {
            Assert.Contains(name + " must", refused.Message, StringComparison.Ordinal);
        }
    }

    // Honest noise within the limit, a chain a ~ b ~ c with a ≁ c, and a cheat far off.
    [Fact]
    public void Under_a_tolerance_the_tensors_in_the_evidence_convict_the_cheat_and_never_the_noisy()
    {
        QuorumStrategy strategy = new(_plain with { Comparer = OutputComparers.MaxAbsolute, Limit = 1.5, Seats = 5, EscalationSeats = 21 });
        TestWorld world = new(8, strategy);
        for (int i = 0; i < 9; i++)
        {
            float noise = i % 3;
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new Attacks.TolerantEngine(noise)], world.ProviderOptions));
        }

        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [new Attacks.TolerantEngine(50)], world.ProviderOptions), 2_000_000);
        int convicted = 0;
        for (int i = 0; i < 25; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i) with { Profile = Attacks.TolerantEngine.Profile });
            Assert.All(outcome.Slashed, slashed => Assert.Equal(cheat, slashed));
            convicted += outcome.Slashed.Length;
            Assert.True(strategy.Check(outcome.Receipt!).IsValid);
            Assert.InRange(outcome.Output!["y"].AsSpan<float>()[0] - i, 0, 2);
        }

        Assert.NotEqual(0, convicted);
    }

    private static (VerdictKind, VerdictReason) KindOf(VerificationOutcome outcome) => (outcome.Verdict.Kind, outcome.Verdict.Reason);

    private sealed class DelayedEngine(TestWorld world, int seconds, float bias = 0) : IInferenceEngine
    {
        private readonly SumEngine _sum = world.Engine(bias);

        public EngineDescription Description => _sum.Description;

        public async ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
        {
            if (seconds > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), world.Time, cancellationToken).ConfigureAwait(false);
            }

            return await _sum.RunAsync(inputs, options, cancellationToken).ConfigureAwait(false);
        }
    }
}
