using Verifiable.Inference.Identity;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Every cheat of the catalog against the strategy with audits always on: it ends, the honest lose nothing, the cheat is found out as the catalog says.</summary>
public sealed class MisbehaviorTests
{
    private const ulong CheatStake = 4_000_000;

    private static readonly SamplingStrategy _always = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });

    public static TheoryData<CheatKind> Kinds => [.. CheatCatalog.All.Select(static cheat => cheat.Kind)];

    // Each seed gives the cheat about eight of twelve tasks as asserter or validator: it is drawn for neither with probability (6/10 · 5/9)^12 < 2·10^-6 a seed.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_cheat_costs_the_honest_nothing_and_is_found_out_as_the_catalog_says(CheatKind kind)
    {
        CheatDescription description = CheatCatalog.Describe(kind);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            CheatWorld world = new CheatWorld(seed).AddHonest(6);
            NodeId cheat = world.Add(kind, CheatStake);
            int convictions = 0;
            HashSet<ProviderFault> faults = [];
            for (int i = 0; i < 12; i++)
            {
                VerificationOutcome outcome = world.RunLawfully(_always, i);
                convictions += outcome.Slashed.Length;
                faults.UnionWith(outcome.Incidents.Select(static incident => incident.Fault));
            }

            if (description.Detection == CheatDetection.Harmless)
            {
                Assert.Equal(0, convictions);
                Assert.True(world.World.Worth(cheat) >= new Amount(CheatStake));
            }
            else
            {
                Assert.NotEqual(0, convictions);
                Assert.True(world.World.Worth(cheat) < new Amount(CheatStake));
            }

            if (description.Fault == ProviderFault.None)
            {
                Assert.Empty(faults);
            }
            else
            {
                Assert.Contains(description.Fault, faults);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_every_task_proves_is_slashed_without_an_audit(CheatKind kind)
    {
        SamplingStrategy never = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1e-9, AllowsInsecureTerms = true });
        CheatDetection detection = CheatCatalog.Describe(kind).Detection;
        CheatWorld world = new CheatWorld(4).AddHonest(6);
        NodeId cheat = world.Add(kind, CheatStake);
        int tasks = 0;
        for (int i = 0; i < 12; i++)
        {
            VerificationOutcome outcome = world.RunLawfully(never, i);
            tasks += outcome.Asserter == cheat ? 1 : 0;

            // The first answer of one that replays is honest: there is nothing to replay yet.
            bool proved = outcome.Asserter == cheat && detection == CheatDetection.EveryTask && !(kind == CheatKind.ReplayedClaim && tasks == 1);
            Assert.Equal(proved ? 1 : 0, outcome.Slashed.Length);
        }

        Assert.Equal(kind is CheatKind.Refusal or CheatKind.Exception or CheatKind.Hang, tasks == 0);
    }

    [Fact]
    public void A_wrong_seed_is_harmless_where_the_model_uses_none()
    {
        TestWorld world = new(5);
        for (int i = 0; i < 5; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SeedlessEngine()], world.ProviderOptions));
        }

        _ = world.Add(signer => new WrongSeedProvider(signer, world.Ledger, new SeedlessEngine(), world.ProviderOptions), CheatStake);
        for (int i = 0; i < 10; i++)
        {
            VerificationOutcome outcome = world.Run(_always, world.Order(i, seed: ulong.MaxValue));
            Assert.Equal(VerdictReason.OutputsMatch, outcome.Verdict.Reason);
            Assert.Empty(outcome.Slashed);
            Assert.Empty(outcome.Incidents);
        }
    }

    [Fact]
    public void A_colluding_checker_confirms_its_ring_and_a_minority_of_the_voters_cannot_save_it()
    {
        // With 101 seats, of which the two accomplices left hold 2/7 by draw, a vote goes wrong with probability P(Bin(101, 2/7) > 50) < 10^-5.
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1, VoterSeats = 101, Slash = new Amount(30_000), OpeningWindow = TimeSpan.FromHours(1) });
        CheatWorld world = new CheatWorld(6).AddHonest(6);
        for (int i = 0; i < 3; i++)
        {
            _ = world.Add(CheatKind.CopiedOutput);
        }

        int confirmed = 0;
        int convicted = 0;
        for (int i = 0; i < 200; i++)
        {
            VerificationOutcome outcome = world.RunLawfully(strategy, i, ringMayConfirmItself: true);
            bool cheated = world.Cheats.Contains(outcome.Asserter!.Value);
            convicted += outcome.Slashed.Length;
            bool right = CheatWorld.RightOutput(world.World.Order(i, (ulong)i)).Equals(outcome.Output);
            confirmed += right ? 0 : 1;

            // A wrong output is handed on only where the ring drew its own checker: nobody honest contradicted it.
            Assert.True(right || (cheated && outcome.Slashed.IsEmpty && outcome.Verdict.Reason == VerdictReason.OutputsMatch));
        }

        // 200 requests, of which a share 2·(3/9)·(6/8) = 1/2 is a mismatch and (3/9)·(2/8) = 1/12 the ring's own, a little less as the ring loses stake: outside
        // these bounds with probability below 10^-6.
        Assert.InRange(convicted, 60, 140);
        Assert.InRange(confirmed, 1, 45);
    }

    [Fact]
    public void A_vote_convicts_an_honest_provider_as_often_as_the_assessment_says()
    {
        // 6 of 20 identities are a ring. After asserter and validator, one of them the ring's, 5 of 18 equal stakes are left: each seat is the ring's with
        // probability 5/18, independently, for seats are drawn with replacement.
        const int VoterSeats = 3;
        SamplingOptions options = new() { Beacon = TestWorld.Beacon, AuditRate = 1, VoterSeats = VoterSeats, AllowsInsecureTerms = true, Costs = new SamplingCosts { HonestCost = 100, DishonestVoterShare = 5m / 18m } };
        SamplingStrategy strategy = new(options);
        double expected = (double)SamplingIncentives.AdjudicationError(options.Costs.ToEconomics(options));
        SamplingEconomy economy = new(options, honest: 14, ring: 6, CheatKind.CopiedOutput, roleAware: false, seed: 7);
        int mismatches = 0;
        int wrongful = 0;
        for (int i = 0; i < 1500; i++)
        {
            VerificationOutcome outcome = economy.RunOne();
            if (outcome.Slashed.Length > 0)
            {
                mismatches++;
                wrongful += economy.Ring.Contains(outcome.Slashed[0]) ? 0 : 1;
            }
        }

        // Within 4.9 standard deviations: a false alarm with probability 10^-6.
        double deviation = Math.Sqrt(mismatches * expected * (1 - expected));
        Assert.InRange(mismatches, 400, 1000);
        Assert.InRange(wrongful, (mismatches * expected) - (4.9 * deviation), (mismatches * expected) + (4.9 * deviation));
    }

    [Fact]
    public void The_catalog_names_every_kind_once()
    {
        Assert.Equal(Enum.GetValues<CheatKind>().Skip(1), CheatCatalog.All.Select(static cheat => cheat.Kind));
        Assert.All(CheatCatalog.All, static cheat =>
        {
            Assert.True(CheatCatalog.TryFind(cheat.Name, out CheatDescription? found));
            Assert.Equal(cheat, found);
            Assert.NotEqual(CheatDetection.Unknown, cheat.Detection);
        });
        Assert.False(CheatCatalog.TryFind("no such cheat", out _));
        Assert.False(CheatCatalog.TryFind(null, out _));
    }

    [Fact]
    public void A_setup_that_lacks_what_a_cheat_needs_is_refused()
    {
        CheatWorld world = new(8);
        CheatSetup bare = world.SetupOf(TestWorld.Key("bare")) with { Substitute = null, Board = null, Example = null, OtherKey = null };
        foreach (CheatKind kind in (CheatKind[])[CheatKind.CheaperModel, CheatKind.RandomOutput, CheatKind.CopiedOutput, CheatKind.ColludingChecker, CheatKind.ForgedSignature])
        {
            _ = Assert.Throws<ArgumentException>(() => CheatFactory.Create(kind, bare));
        }

        _ = Assert.Throws<ArgumentOutOfRangeException>(() => CheatFactory.Create((CheatKind)1000, bare));
        Assert.Equal(bare.Signer.PublicKey.Id, CheatFactory.Create(CheatKind.None, bare).Id);
    }
}
