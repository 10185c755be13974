using System.Collections.Immutable;
using System.Reflection;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Simulation.Protocol;
using Verifiable.Inference.Simulation.Statistics;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Simulation;

/// <summary>The real protocol over simulated nodes: the same break-even as closed form and tree, role-aware and role-blind apart; and what only the simulation may use stays in it.</summary>
/// <remarks>R = 120, S = 600, C = 100, c = 10, a vote of one seat. Seeds are fixed; comparisons allow five standard errors: a fresh seed would fail one of them with probability 6·10⁻⁷.</remarks>
public sealed class ProtocolTests
{
    private const int HonestCost = 100;
    private const int SubstituteCost = 10;

    // The paper's and the tests' SipHash-2-4 with 128 bits: key 00 01 … 0f, messages of 0 and 1 bytes (reference vectors of Aumasson and Bernstein's code).
    [Theory]
    [InlineData("", "A3817F04BA25A8E66DF67214C7550293")]
    [InlineData("00", "DA87C1D86B99AF44347659119B22FC45")]
    public void The_keyed_hash_is_SipHash(string message, string expected)
    {
        (ulong first, ulong second) = new KeyedHash(0x0706050403020100, 0x0f0e0d0c0b0a0908).Hash(Convert.FromHexString(message));
        byte[] bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, first);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), second);
        Assert.Equal(expected, Convert.ToHexString(bytes));
    }

    public static TheoryData<string, NodeBehavior, bool> Cheats
    {
        get
        {
            TheoryData<string, NodeBehavior, bool> cheats = [];
            foreach (string strategy in new[] { "sampling", "duplication" })
            {
                foreach (NodeBehavior behavior in new[] { NodeBehavior.Lazy, NodeBehavior.Substituting, NodeBehavior.Colluding })
                {
                    cheats.Add(strategy, behavior, true);
                    cheats.Add(strategy, behavior, false);
                }
            }

            return cheats;
        }
    }

    // Four accounts of one number: the protocol, the game played by chance, the game solved, the closed form. A lone cheat among two honest nodes never checks itself; of a ring of two in eight one is left among seven checkers, and one among six voters.
    [Theory]
    [MemberData(nameof(Cheats))]
    public void Protocol_game_solver_and_closed_form_put_the_break_even_at_the_same_probability(string strategy, NodeBehavior behavior, bool knowsRole)
    {
        bool isRing = behavior == NodeBehavior.Colluding;
        SamplingOptions options = OptionsFor(0.5, behavior);
        AuditProbabilityForm form = knowsRole ? AuditProbabilityForm.Exact : AuditProbabilityForm.RoleBlind;
        SamplingEconomics economics = options.Costs.ToEconomics(options);
        double closed = (double)SamplingIncentives.LeastAuditProbability(economics, form)!.Value;
        BreakEvenEstimate estimate = BreakEvenEstimate.Estimate(
            p => ScenarioOf(strategy, p, behavior, knowsRole, isRing ? 6 : 2, isRing ? 2 : 1), 1, closed / 2, 2 * closed, (isRing, knowsRole) switch { (true, true) => 2000, (false, true) => 500, _ => 2700 }, isRing ? NodeBehavior.Sharing : NodeBehavior.Honest);
        Assert.True(estimate.IsBracketed, $"{estimate}");
        Assert.InRange(estimate.Value, closed - (5 * estimate.StandardError), closed + (5 * estimate.StandardError));
        Assert.True(estimate.StandardError < 0.1 * closed, $"{estimate} {closed}");

        SamplingGame game = GameOf(economics);
        ExtensiveGame At(Rational p) => knowsRole ? (game with { AuditProbability = p }).ToTree() : (game with { AuditProbability = p }).ToRoleBlindTree();
        Assert.Equal(closed, Solved(At), 1e-6);

        // Who cannot tell its role earns by the envelope, of which a task has 1 + pn.
        (double played, double error) = TreePlays.BreakEven(At, p => knowsRole ? 1 : 1 + (p * economics.ValidatorCount), closed / 2, 2 * closed, 40_000);
        Assert.InRange(played, closed - (5 * error), closed + (5 * error));
        Assert.True(error < 0.03 * closed, $"{played} {error} {closed}");
        double both = Math.Sqrt((error * error) + (estimate.StandardError * estimate.StandardError));
        Assert.InRange(estimate.Value - played, -5 * both, 5 * both);
    }

    [Fact]
    public void A_quorum_breaks_even_at_the_escalation_rate_of_the_closed_form()
    {
        // One node with half of the stake, which cheats only where it holds all three seats and nobody contradicts it.
        QuorumOptions options = QuorumAt(0.5);
        QuorumEconomics economics = options.Costs.ToEconomics(options);
        double low = 0;
        double high = 1;
        for (int i = 0; i < 50; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = QuorumIncentives.Margin(economics with { EscalationRate = (decimal)middle }, 3) > 0 ? (low, middle) : (middle, high);
        }

        BreakEvenEstimate estimate = BreakEvenEstimate.Estimate(rate => QuorumScenario(rate, knowsRole: true), 1, low / 4, 4 * low, 5000);
        Assert.InRange(low, 0.05, 0.12);

        // Both sides; the lower one by less than elsewhere, for a run in which nobody is caught draws other seats soon after one in which somebody is.
        Assert.True(estimate.GainAtLow.Mean > 3.5 * estimate.GainAtLow.StandardError && estimate.GainAtHigh.Mean < -5 * estimate.GainAtHigh.StandardError, $"{estimate}");
        Assert.InRange(estimate.Value, low - (5 * estimate.StandardError), low + (5 * estimate.StandardError));
        Assert.True(estimate.StandardError < 0.2 * low, $"{estimate} {low}");

        ExtensiveGame At(Rational rate) => QuorumTree(economics, rate);
        Assert.Equal(low, Solved(At), 1e-6);
        (double played, double error) = TreePlays.BreakEven(At, static _ => 1, low / 2, 2 * low, 60_000);
        Assert.InRange(played, low - (5 * error), low + (5 * error));
        Assert.True(error < 0.05 * low, $"{played} {error} {low}");
    }

    // Who does not know whether it holds all seats is contradicted by the honest ones most of the time: it has no break-even, cheating loses even where nothing else is escalated.
    [Fact]
    public void A_quorum_makes_a_cheat_that_cannot_tell_its_seats_lose_at_every_rate()
    {
        const double Rate = 0.01;
        QuorumOptions options = QuorumAt(Rate);
        QuorumEconomics economics = options.Costs.ToEconomics(options);

        // With one seat of three (probability 3/8) it stands alone; with two or three (1/2) it saves a computation, at most and if nobody ever looks.
        decimal alone = QuorumIncentives.Margin(economics with { WaitsForAll = true }, 1);
        Assert.True((0.375m * alone) - (0.5m * economics.HonestCost) > 0);
        BreakEvenEstimate estimate = BreakEvenEstimate.Estimate(rate => QuorumScenario(rate, knowsRole: false), 1, Rate, 0.5, 600);
        Assert.True(estimate.GainAtLow.Mean < -5 * estimate.GainAtLow.StandardError, $"{estimate}");
        Assert.True(estimate.GainAtHigh.Mean < -5 * estimate.GainAtHigh.StandardError, $"{estimate}");
    }

    // u_copy − u_compute for a checker: C − (1 − l)(R + S), positive above the greatest leak of the closed form.
    [Theory]
    [InlineData(0.7, false)]
    [InlineData(0.98, true)]
    public void Riding_free_pays_where_enough_answers_leak(double leak, bool pays)
    {
        CopyingGame game = new() { HonestCost = HonestCost, Reward = 120, Slash = 600, LeakProbability = Rational.FromDouble(leak) };
        Assert.Equal(pays, game.Margin.Sign < 0);
        MeanEstimate gain = GainOf(NodeBehavior.FreeRiding, group => group with { LeakProbability = leak }, 1, 900);
        Assert.True(pays ? gain.Mean > 4 * gain.StandardError : gain.Mean < -4 * gain.StandardError, $"{gain}");

        // Checks are a third of tasks: it asserts another third, and its own are checked by others.
        double expected = -(double)(game.Margin) / 3;
        Assert.InRange(gain.Mean, expected - (5 * gain.StandardError) - 6, expected + (5 * gain.StandardError) + 6);
    }

    [Fact]
    public void Griefing_costs_the_griefer_and_no_honest_node()
    {
        ProtocolResult result = new ProtocolSimulation(ScenarioOf("sampling", 0.5, NodeBehavior.Griefing, false, 4, 1)).Run(400);
        Assert.True(result.Groups[1].Convictions > 10);
        Assert.Equal(0, result.Groups[0].Convictions);
        Assert.True(result.Groups[1].ProfitPerTask.Mean < 0);
        Assert.True(result.Groups[0].ProfitPerTask.Mean > 0);
        Assert.Equal(0, result.Rejected);
    }

    // In closed form: who took a task and is called silent is slashed, and has what it computed for nothing; no audit is needed. What it earns is that times the tasks that it took, exactly.
    [Theory]
    [InlineData("sampling", NodeBehavior.Silent, 0)]
    [InlineData("sampling", NodeBehavior.Late, HonestCost)]
    [InlineData("sampling", NodeBehavior.Withholding, HonestCost)]
    [InlineData("duplication", NodeBehavior.Silent, 0)]
    [InlineData("duplication", NodeBehavior.Late, HonestCost)]
    [InlineData("duplication", NodeBehavior.Withholding, HonestCost)]
    [InlineData("quorum", NodeBehavior.Silent, 0)]
    [InlineData("quorum", NodeBehavior.Late, HonestCost)]
    [InlineData("quorum", NodeBehavior.Withholding, HonestCost)]
    public void Who_takes_a_task_and_does_not_answer_loses_its_slash_at_every_rate(string strategy, NodeBehavior behavior, int cost)
    {
        foreach (double rate in new[] { 0.01, 0.3 })
        {
            ProtocolScenario scenario = strategy == "quorum" ? SilentQuorum(rate, behavior) : ScenarioOf(strategy, rate, behavior, false, 4, 1);
            int slash = strategy == "quorum" ? 3000 : 600;
            ProtocolResult result = new ProtocolSimulation(scenario).Run(150);
            GroupResult silent = result.Groups[1];
            Assert.True(silent.MissedTasks > 15, $"{silent.MissedTasks}");
            long slashes = (-silent.Profits.Sum() - (silent.MissedTasks * cost)) / slash;
            Assert.Equal(-silent.Profits.Sum(), (slashes * slash) + (silent.MissedTasks * cost));
            if (strategy == "quorum")
            {
                // One task may hold several seats, each with its slash; and a quorum that agreed without them settles them later, when the outcome is told.
                Assert.InRange(slashes, silent.MissedTasks, 2 * silent.MissedTasks);
                Assert.InRange(silent.Convictions, 1, silent.MissedTasks);
            }
            else
            {
                Assert.Equal(silent.MissedTasks, slashes);
                Assert.Equal(silent.MissedTasks, silent.Convictions);
            }

            Assert.Equal(cost == 0 ? 0 : silent.MissedTasks, silent.HonestRuns);

            // Nobody else pays for it.
            Assert.Equal(0, result.Groups[0].Convictions);
            Assert.True(result.Groups[0].Profits.Sum() > 0);
            Assert.Equal(result.Digest, new ProtocolSimulation(scenario).Run(150, 2).Digest);
        }
    }

    [Theory]
    [InlineData("sampling")]
    [InlineData("duplication")]
    [InlineData("quorum")]
    public void Who_takes_no_task_earns_nothing_and_loses_nothing_and_another_answers(string strategy)
    {
        ProtocolScenario scenario = strategy == "quorum" ? SilentQuorum(0.3, NodeBehavior.Absent) : ScenarioOf(strategy, 0.3, NodeBehavior.Absent, false, 4, 1);
        ProtocolResult result = new ProtocolSimulation(scenario).Run(100);
        Assert.All(result.Groups[1].Profits, static profit => Assert.Equal(0, profit));
        Assert.Equal(0, result.Groups[1].Assertions + result.Groups[1].Convictions + result.Groups[1].MissedTasks);
        Assert.Equal(0, result.Groups[0].Convictions + result.Rejected + result.UndetectedFrauds);

        // One in five draws falls on it, and two that follow each other end a request for want of a provider.
        Assert.InRange(strategy == "quorum" ? result.Accepted : result.Groups[0].Assertions, 85, 100);
        Assert.Equal(result.Computations, result.Groups[0].HonestRuns);
    }

    private static ProtocolScenario SilentQuorum(double rate, NodeBehavior behavior) => new()
    {
        Strategy = new QuorumStrategy(QuorumAt(rate)),
        HonestCost = HonestCost,
        SubstituteCost = 0,
        Groups = [new BehaviorGroup { Behavior = NodeBehavior.Honest, Count = 8 }, new BehaviorGroup { Behavior = behavior, Count = 1 }],
    };

    [Theory]
    [InlineData(0.02, true)]
    [InlineData(0.6, false)]
    public void Those_who_learn_cheat_where_it_pays(double auditRate, bool cheats)
    {
        ProtocolResult result = new ProtocolSimulation(ScenarioOf("sampling", auditRate, NodeBehavior.Adaptive, false, 2, 1)).Run(900);
        GroupResult learner = result.Groups[1];
        double share = learner.SubstituteRuns / (double)(learner.SubstituteRuns + learner.HonestRuns);
        Assert.True(cheats ? share > 0.5 : share < 0.3, $"{share}");
    }

    [Fact]
    public void Honest_nodes_earn_what_they_are_paid_less_what_they_spend()
    {
        ProtocolResult result = new ProtocolSimulation(ScenarioOf("sampling", 0.3, NodeBehavior.Honest, false, 2, 1)).Run(200);
        Assert.Equal(200, result.TaskCount);
        Assert.Equal(0, result.Rejected);
        Assert.Equal(result.Accepted, result.Groups.Sum(static group => group.AuditedAssertions));
        Assert.Equal(result.Computations, result.Groups.Sum(static group => group.HonestRuns));
        Assert.Equal((120 - HonestCost) * result.Computations, result.Groups.Sum(static group => group.Profits.Sum()));
        Assert.Equal(0, result.Groups.Sum(static group => group.Convictions) + result.UndetectedFrauds);
    }

    [Fact]
    public void A_run_is_the_same_for_any_number_of_threads_and_replays_from_its_seed()
    {
        ProtocolScenario scenario = ScenarioOf("sampling", 0.3, NodeBehavior.Adaptive, false, 2, 2) with { TasksPerWorld = 40, Seed = 5 };
        List<long> told = [];
        ProtocolResult one = new ProtocolSimulation(scenario).Run(150, 1, new Sink(told.Add));
        Assert.Equal([40, 80, 120, 150], told);
        Assert.Equal(one.Digest, new ProtocolSimulation(scenario).Run(150, 4).Digest);
        Assert.NotEqual(one.Digest, new ProtocolSimulation(scenario with { Seed = 6 }).Run(150).Digest);
        Assert.ThrowsAny<OperationCanceledException>(() => new ProtocolSimulation(scenario).Run(150, 1, null, new CancellationToken(true)));
    }

    [Fact]
    public void Audits_as_control_variate_make_a_cheats_profit_more_exact()
    {
        GroupResult cheat = new ProtocolSimulation(ScenarioOf("sampling", 0.2, NodeBehavior.Substituting, true, 2, 1)).Run(800).Groups[1];
        MeanEstimate plain = cheat.ProfitPerTask;
        MeanEstimate controlled = cheat.ControlledProfitPerTask;
        Assert.True(controlled.StandardError < 0.6 * plain.StandardError, $"{plain} {controlled}");
        Assert.InRange(controlled.Mean - plain.Mean, -5 * plain.StandardError, 5 * plain.StandardError);
    }

    [Fact]
    public void Simulated_signatures_are_refused_everywhere_else()
    {
        Assert.False(typeof(KeyedHashScheme).IsPublic);
        KeyedHashScheme scheme = new(new CounterRandomSource(1, 0));
        KeyedHashSigner signer = new(scheme, "node");
        byte[] signature = signer.Sign("a message"u8);
        Assert.True(scheme.Verify(signer.PublicKey.Bytes, "a message"u8, signature));
        Assert.True(new SignatureSchemes(scheme).Verify(signer.PublicKey, "a message"u8, signature));
        Assert.False(SignatureSchemes.Default.Verify(signer.PublicKey, "a message"u8, signature));
        Assert.False(new KeyedHashScheme(new CounterRandomSource(1, 1)).Verify(signer.PublicKey.Bytes, "a message"u8, signature));
        Assert.False(scheme.Verify(signer.PublicKey.Bytes, "a messagf"u8, signature));
        Assert.False(scheme.Verify(new KeyedHashSigner(scheme, "other").PublicKey.Bytes, "a message"u8, signature));
        Assert.False(scheme.Verify(signer.PublicKey.Bytes, "a message"u8, signature.AsSpan(1)));

        // Nothing that is public hands out a scheme, a ledger, a receipt or a signer of a world.
        Type[] handed = [typeof(ISignatureScheme), typeof(SignatureSchemes), typeof(Inference.Settlement.InferenceLedger), typeof(Inference.Claims.Receipt), typeof(ISigner), typeof(VerificationOutcome)];
        foreach (Type type in typeof(ProtocolSimulation).Assembly.GetExportedTypes().Where(static type => type.Namespace == typeof(ProtocolSimulation).Namespace))
        {
            foreach (MemberInfo member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            {
                Type? given = member is MethodInfo method ? method.ReturnType : (member as PropertyInfo)?.PropertyType;
                Assert.DoesNotContain(given, handed);
            }
        }
    }

    [Fact]
    public void Scenarios_that_cannot_run_are_refused_with_all_their_faults()
    {
        ProtocolScenario good = ScenarioOf("sampling", 0.3, NodeBehavior.Honest, false, 2, 1);
        Assert.Throws<ArgumentException>(() => new ProtocolSimulation(good with { Groups = [] }));
        ArgumentException both = Assert.Throws<ArgumentException>(() => new ProtocolSimulation(good with { HonestCost = -1, Groups = [new BehaviorGroup { Behavior = NodeBehavior.None, Count = 0 }] }));
        Assert.Contains("Behavior", both.Message, StringComparison.Ordinal);
        Assert.Contains("HonestCost", both.Message, StringComparison.Ordinal);
        Assert.Contains("Count", both.Message, StringComparison.Ordinal);
    }

    private static MeanEstimate GainOf(NodeBehavior behavior, Func<BehaviorGroup, BehaviorGroup> change, double auditRate, int tasks)
    {
        ProtocolScenario cheating = ScenarioOf("sampling", auditRate, behavior, false, 2, 1);
        cheating = cheating with { Groups = cheating.Groups.SetItem(1, change(cheating.Groups[1])) };
        GroupResult left = new ProtocolSimulation(cheating).Run(tasks).Groups[1];
        GroupResult right = new ProtocolSimulation(ScenarioOf("sampling", auditRate, NodeBehavior.Honest, false, 2, 1)).Run(tasks).Groups[1];
        return MeanEstimate.OfDifferences([.. left.Profits.Select(static value => (double)value)], [.. right.Profits.Select(static value => (double)value)]);
    }

    // The break-even of the tree, by bisection over which action is the best response.
    private static double Solved(Func<Rational, ExtensiveGame> treeAt)
    {
        Rational low = 0;
        Rational high = 1;
        for (int i = 0; i < 30; i++)
        {
            Rational middle = (low + high) / 2;
            (low, high) = BestIsHonest(treeAt(middle)) ? (low, middle) : (middle, high);
        }

        return (double)low;
    }

    private static SamplingGame GameOf(SamplingEconomics e) => new()
    {
        HonestCost = e.HonestCost,
        SubstituteCost = e.SubstituteCost,
        AsserterReward = e.AsserterReward,
        ValidatorReward = e.ValidatorReward,
        Slash = e.Slash,
        AuditProbability = 0,
        ValidatorCount = e.ValidatorCount,
        CoalitionShare = e.CoalitionShare,
        Bounty = e.Bounty,

        // A vote that a ring wins convicts nobody.
        DetectionProbability = e.DetectionProbability * (1 - ExactBinomial.MajorityProbability(e.VoterSeats, e.DishonestVoterShare)),
    };

    // Holding all seats by chance, the provider computes or not; the coin then decides whether honest voters look.
    private static ExtensiveGame QuorumTree(QuorumEconomics e, Rational rate)
    {
        Rational all = Rational.Pow(e.CoalitionShare, e.Seats);
        ExtensiveGameBuilder builder = new("quorum, all seats", ["provider"]);
        ImmutableArray<int> seats = builder.AddChance(0, ("all", all), ("fewer", 1 - all));
        builder.AddEnd(seats[1], 0);
        ImmutableArray<int> choice = builder.AddDecision(seats[0], 0, "all seats", "honest", "cheat");
        builder.AddEnd(choice[0], (e.Seats * e.Reward) - e.HonestCost);
        ImmutableArray<int> coin = builder.AddChance(choice[1], ("escalated", rate), ("paid", 1 - rate));
        builder.AddEnd(coin[0], -(e.Seats * e.Slash) - e.SubstituteCost);
        builder.AddEnd(coin[1], (e.Seats * e.Reward) - e.SubstituteCost);
        return builder.Build();
    }

    private static bool BestIsHonest(ExtensiveGame tree)
    {
        Assert.True(ReducedNormalForm.TryMake(tree, null, out ReducedNormalForm? form, out _));
        NormalFormGame game = form!.Game;
        return game.PayoffAt(0, 0) >= game.PayoffAt(1, 0);
    }

    private static ProtocolScenario ScenarioOf(string strategy, double p, NodeBehavior behavior, bool knowsRole, int honest, int cheats) => new()
    {
        Strategy = strategy == "sampling" ? new SamplingStrategy(OptionsFor(p, behavior)) : new HiddenDuplicationStrategy(DuplicationFor(p)),
        HonestCost = HonestCost,
        SubstituteCost = SubstituteCost,
        Seed = 21,
        Groups = [new BehaviorGroup { Behavior = NodeBehavior.Honest, Count = honest }, new BehaviorGroup { Behavior = behavior, Count = cheats, KnowsRole = knowsRole }],
    };

    private static SamplingOptions OptionsFor(double p, NodeBehavior behavior) => new()
    {
        Beacon = new SeededBeacon(7),
        AuditRate = p,
        Reward = new Amount(120),
        Slash = new Amount(600),
        Bounty = new Amount(100),
        VoterSeats = 1,
        AllowsInsecureTerms = true,
        Costs = new SamplingCosts
        {
            HonestCost = HonestCost,
            SubstituteCost = behavior == NodeBehavior.Lazy ? 0 : SubstituteCost,
            CoalitionShare = behavior == NodeBehavior.Colluding ? 1m / 7m : 0m,
            DishonestVoterShare = behavior == NodeBehavior.Colluding ? 1m / 6m : 0m,
        },
    };

    private static HiddenDuplicationOptions DuplicationFor(double p) => new()
    {
        Beacon = new SeededBeacon(7),
        DuplicationRate = p,
        Reward = new Amount(120),
        Slash = new Amount(600),
        Bounty = new Amount(100),
        VoterSeats = 1,
        AllowsInsecureTerms = true,
        Costs = new SamplingCosts { HonestCost = HonestCost, SubstituteCost = SubstituteCost },
    };

    private static ProtocolScenario QuorumScenario(double rate, bool knowsRole) => new()
    {
        Strategy = new QuorumStrategy(QuorumAt(rate)),
        HonestCost = 1000,
        SubstituteCost = 0,
        Groups =
        [
            new BehaviorGroup { Behavior = NodeBehavior.Honest, Count = 12 },
            new BehaviorGroup { Behavior = NodeBehavior.Substituting, Count = 1, KnowsRole = knowsRole, StakeEach = 12 * BehaviorGroup.OrdinaryStake },
        ],
    };

    private static QuorumOptions QuorumAt(double rate) => new()
    {
        Beacon = new SeededBeacon(7),
        EscalationRate = rate,
        Reward = new Amount(1200),
        Slash = new Amount(3000),
        Bounty = Amount.Zero,
        AllowsInsecureTerms = true,
        Costs = new QuorumCosts { HonestCost = 1000, SubstituteCost = 0, CoalitionShare = 0.5m, DishonestVoterShare = 0 },
    };

    private sealed class Sink(Action<long> take) : IProgress<long>
    {
        public void Report(long value) => take(value);
    }
}
