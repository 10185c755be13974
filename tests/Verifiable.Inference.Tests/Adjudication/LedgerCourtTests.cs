using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Optimistic;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Adjudication;

/// <summary>Laws of a court on a ledger: bonds are collaterals, no crash comes between what is decided and what moves, and nothing is locked without its owner's word.</summary>
public sealed class LedgerCourtTests
{
    [Fact]
    public void E1_J1_after_every_step_the_docket_and_the_ledger_agree_and_a_court_that_is_opened_again_is_the_same()
    {
        (TestWorld world, DisputedClaim claim) = DisputeWatcherTests.Claimed(bias: 1);
        LedgerCourt court = world.Court!;
        DisputeWatcher watcher = world.Watchers!.Create(world.Watchers.Outsider);
        Assert.True(watcher.Follow(claim));
        ISigner second = TestWorld.Key("second");
        _ = world.Ledger.Apply(new Deposit(second.PublicKey.Id, new Amount(600)));
        Assert.Equal(DisputeRefusal.None, court.Open(second.Sign(OptimisticStrategyTests.OpeningOf(claim, second))));
        int steps = 0;
        do
        {
            Check(world, court);
            LedgerCourt again = new(world.Ledger, TestWorld.Key("operator"), world.Time, court.Terms, OptimisticStrategy.FindDisputeTerms, new SumReferee());
            Assert.Equal(court.Docket.Games.Values.Select(State), again.Docket.Games.Values.Select(State));
            Assert.Equal((court.Docket.Deposited, court.Docket.Burnt, court.Docket.LastTime), (again.Docket.Deposited, again.Docket.Burnt, again.Docket.LastTime));
            Assert.Equal(court.SignRuling(claim.Body.Digest)?.Body, again.SignRuling(claim.Body.Digest)?.Body);
            steps++;
        }
        while (world.Time.Run(watcher.StepAsync()) > 0);

        // The other game is void, its bond is back, and because it was opened first half of the reward of 480 is its challenger's; the ledger and the docket say the same.
        Assert.True(steps >= 4);
        Assert.Equal(new Amount(600 + 240), world.Worth(second.PublicKey.Id));
        Assert.Equal(new Amount(1_000_000 + 240), world.Worth(world.Watchers.Outsider.PublicKey.Id));
        Assert.Equal(new Amount(600 + 240), court.Docket.CreditOf(second.PublicKey.Id));
        Assert.Equal([DisputeResult.Convicted, DisputeResult.Void], court.Docket.Games.Values.Select(game => game.State.Result).Order());
        ClaimRuling ruling = court.SignRuling(claim.Body.Digest)!.Body;
        Assert.Equal(RulingKind.Convicted, ruling.Judge(claim, new SumReferee()).Kind);
        Assert.Equal(world.Watchers.Outsider.PublicKey.Id, ruling.Challenger);

        static (Digest, DisputeStage, DisputeResult, int, Amount) State(DocketGame game) => (game.State.Game, game.State.Stage, game.State.Result, game.State.Moves, game.Bond);
    }

    [Fact]
    public void C_A_claim_that_the_ledger_does_not_know_on_these_terms_locks_nobody_s_money()
    {
        (TestWorld world, DisputedClaim claim) = DisputeWatcherTests.Claimed(bias: 0);
        LedgerCourt court = world.Court!;
        ISigner provider = TestWorld.Key("provider 0");
        Amount before = world.Worth(provider.PublicKey.Id);

        // A claim that its provider signed for another task, and one that is not the posted one.
        TaskEnvelope envelope = claim.Envelope with { Binding = Digest.Of([7]) };
        Assert.Equal(DisputeRefusal.NotOnTheLedger, court.Post(Of(envelope)));
        Assert.Equal(DisputeRefusal.NotOnTheLedger, court.Post(Of(claim.Envelope)));
        Assert.Equal(DisputeRefusal.ClaimExists, court.Post(claim));

        // Clocks and bonds that are not those of the envelope.
        LedgerCourt other = new(new InferenceLedger(TestWorld.Key("operator"), SignatureSchemes.Default, world.Time), TestWorld.Key("operator"), world.Time, court.Terms with { Window = 1 }, OptimisticStrategy.FindDisputeTerms, new SumReferee());
        Assert.Equal(DisputeRefusal.NotOnTheLedger, other.Post(claim));

        Assert.Equal(before, world.Worth(provider.PublicKey.Id));

        DisputedClaim Of(TaskEnvelope task) =>
            new(task, SignedClaim.Sign(InferenceClaim.For(task, claim.Body.Outputs, Digest.Of([8])).WithTrace(claim.Trace), provider), claim.Trace);
    }

    [Fact]
    public void H7_a_claim_is_not_taken_when_the_ledger_would_close_its_task_before_a_dispute_has_to_be_over()
    {
        OptimisticStrategy strategy = new(new OptimisticOptions { Referees = [new SumReferee()] });
        TestWorld world = new(strategy: strategy);
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions with { AcceptsTerms = static (_, _) => true }));
        InferenceOrder order = world.Order();
        long now = world.Time.GetUtcNow().ToUnixTimeMilliseconds();
        long hour = 3_600_000;
        TaskEnvelope envelope = new()
        {
            Ledger = world.Ledger.Id,
            Requester = world.Requester.PublicKey.Id,
            Provider = world.Network.Reachable.Single(),
            Work = new WorkDescription(order.ModelId, CommittedTensors.Of(order.Inputs), order.Options, order.Profile),
            Strategy = strategy.Name,
            Terms = new OpaqueBytes(strategy.Options.ToTerms(0).ToBytes()),
            Binding = default,
            AuditCommitment = default,
            Reward = new Amount(120),
            Escrow = new Amount(120),
            StakeAtRisk = new Amount(3000),
            Deadline = now + 10_000,
            OpeningDeadline = now + (2 * hour),
        };
        TaskResult task = world.Time.Run(new TaskRunner(world.Network, world.Requester, order.Inputs, TimeSpan.FromSeconds(2)).RunAsync(envelope));
        DisputedClaim claim = new(envelope, task.Claim!, task.Claim!.Body.FindTrace()!);
        long left = (2 * hour) - (long)world.Court!.Terms.LongestFinality;
        world.Time.Advance(TimeSpan.FromMilliseconds(now + left + 1 - world.Time.GetUtcNow().ToUnixTimeMilliseconds()));
        Assert.Equal(DisputeRefusal.LedgerClosesTooEarly, world.Court.Post(claim));
        Assert.Empty(world.Court.ReadClaims());
    }

    [Fact]
    public void E2_a_challenge_without_its_bond_is_no_challenge()
    {
        (TestWorld world, DisputedClaim claim) = DisputeWatcherTests.Claimed(bias: 0);
        ISigner poor = TestWorld.Key("poor");
        _ = world.Ledger.Apply(new Deposit(poor.PublicKey.Id, new Amount(599)));
        Signed<DisputeOpening> opening = poor.Sign(OptimisticStrategyTests.OpeningOf(claim, poor));
        Assert.Equal(DisputeRefusal.BondNotFunded, world.Court!.Open(opening));
        Assert.Equal(new Amount(599), world.Worth(poor.PublicKey.Id));
        _ = world.Ledger.Apply(new Deposit(poor.PublicKey.Id, new Amount(1)));
        Assert.Equal(DisputeRefusal.None, world.Court.Open(opening));
        Assert.Equal(DisputeRefusal.GameExists, world.Court.Open(opening));
        Assert.Equal(Amount.Zero, world.Worth(poor.PublicKey.Id));
    }

    [Fact]
    public void J5_J7_many_who_challenge_at_once_are_all_heard_once()
    {
        (TestWorld world, DisputedClaim claim) = DisputeWatcherTests.Claimed(bias: 0);
        world.Watchers!.IsOnline = static _ => false;
        ISigner[] challengers = [.. Enumerable.Range(0, 12).Select(i => TestWorld.Key("challenger " + i))];
        foreach (ISigner challenger in challengers)
        {
            _ = world.Ledger.Apply(new Deposit(challenger.PublicKey.Id, new Amount(600)));
        }

        DisputeRefusal[] answers = new DisputeRefusal[2 * challengers.Length];
        Parallel.For(0, answers.Length, i =>
        {
            ISigner challenger = challengers[i % challengers.Length];
            answers[i] = world.Court!.Open(challenger.Sign(OptimisticStrategyTests.OpeningOf(claim, challenger)));
        });
        Assert.Equal(challengers.Length, answers.Count(static answer => answer == DisputeRefusal.None));
        Assert.All(answers, static answer => Assert.True(answer is DisputeRefusal.None or DisputeRefusal.GameExists));
        Assert.Equal(challengers.Length, world.Court!.Docket.Claims[claim.Body.Digest].OpenGames);
        Assert.All(challengers, challenger => Assert.Equal(Amount.Zero, world.Worth(challenger.PublicKey.Id)));
        Check(world, world.Court);
    }

    [Fact]
    public void D4_time_called_a_year_late_takes_no_money_that_the_ledger_no_longer_holds()
    {
        (TestWorld silent, DisputedClaim unanswered) = Unanswered();
        ISigner challenger = silent.Watchers!.Outsider;
        Assert.Equal(DisputeRefusal.None, silent.Court!.Open(challenger.Sign(OptimisticStrategyTests.OpeningOf(unanswered, challenger))));
        silent.Time.Advance(TimeSpan.FromDays(301));
        _ = silent.Court.CallTime(silent.Court.Docket.Games.Keys.Single());
        Assert.Equal(DocketClaimStatus.Convicted, silent.Court.Docket.Claims[unanswered.Body.Digest].Status);
        Assert.True(silent.Ledger.State.Totals.IsConserved);
        Assert.Equal(Amount.Zero, silent.Ledger.State.Totals.Collaterals);
    }

    private static (TestWorld World, DisputedClaim Claim) Unanswered()
    {
        OptimisticStrategy strategy = new(new OptimisticOptions { Referees = [new SumReferee()], CheckRate = 1e-9, AllowsInsecureTerms = true, MaxReassignments = 0 });
        TestWorld world = new(strategy: strategy);
        world.Watchers!.IsOnline = static _ => false;
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(1)], world.ProviderOptions));
        using CancellationTokenSource stop = new();
        _ = world.Time.Run(strategy.RunAsync(world.Order(), world.Network, stop.Token));
        stop.Cancel();
        return (world, Assert.Single(world.Court!.ReadClaims()));
    }

    private static void Check(TestWorld world, LedgerCourt court)
    {
        Assert.True(court.Docket.IsConserved);
        Assert.True(world.Ledger.State.Totals.IsConserved);
        UInt128 bonds = 0;
        foreach (DocketClaim claim in court.Docket.Claims.Values)
        {
            bonds += claim.Bond.Units;
        }

        foreach (DocketGame game in court.Docket.Games.Values)
        {
            bonds += game.Bond.Units;
        }

        Assert.Equal(bonds, (UInt128)world.Ledger.State.Totals.Collaterals.Units);
        Assert.True(world.Ledger.State.Totals.Burnt >= court.Docket.Burnt);
    }
}
