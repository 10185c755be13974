using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Several cheats at once, and what they can do to the clock and to those who are honest.</summary>
public sealed class MisbehavingCrowdTests
{
    private static readonly SamplingStrategy _always = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });

    public static TheoryData<CheatKind> DelayingKinds =>
        [CheatKind.Hang, CheatKind.HangAfterAcceptance, CheatKind.Silence, CheatKind.SlowAnswer, CheatKind.WithheldOutput, CheatKind.UndeliveredOutput, CheatKind.EmptyCommitment];

    // Defect found: two providers that post and do not reveal, one after the other, made the settlement late; the cheat was paid and the requester's escrow burnt.
    [Theory]
    [MemberData(nameof(DelayingKinds))]
    public void A_crowd_that_delays_never_makes_the_settlement_late(CheatKind kind)
    {
        CheatWorld world = new CheatWorld(21).AddHonest(5);
        _ = world.Add(CheatKind.CheaperModel, 2_000_000);
        for (int i = 0; i < 6; i++)
        {
            _ = world.Add(kind);
        }

        for (int i = 0; i < 20; i++)
        {
            VerificationOutcome outcome = world.RunLawfully(_always, i);
            Assert.NotEqual(VerdictReason.OpeningWithheld, outcome.Verdict.Reason);
        }
    }

    // Defect found: under a test runner's synchronization context woken work went to the thread pool, and the clock ran past honest providers' deadlines.
    [Fact]
    public void Every_cheat_at_once_costs_the_honest_nothing()
    {
        // 40 honest providers of 63: with 51 seats a vote goes to the few that could agree on a wrong output with probability far below 10^-6.
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1, VoterSeats = 51, Slash = new Amount(20_000), OpeningWindow = TimeSpan.FromHours(1) });
        CheatWorld world = new CheatWorld(22).AddHonest(40);
        foreach (CheatDescription cheat in CheatCatalog.All)
        {
            _ = world.Add(cheat.Kind);
        }

        int slashed = 0;
        for (int i = 0; i < 15; i++)
        {
            slashed += world.RunLawfully(strategy, i).Slashed.Length;
        }

        Assert.InRange(slashed, 5, 1000);
    }

    // Defect found: a wait longer than a timer takes (49 days) threw out of the strategy.
    [Fact]
    public void A_withheld_output_under_a_year_long_opening_window_does_not_throw()
    {
        SamplingStrategy patient = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1, OpeningWindow = TimeSpan.FromDays(365) });
        CheatWorld world = new CheatWorld(23).AddHonest(3);
        _ = world.Add(CheatKind.WithheldOutput, 8_000_000);
        int slashed = 0;
        for (int i = 0; i < 3; i++)
        {
            slashed += world.RunLawfully(patient, i).Slashed.Length;
        }

        Assert.NotEqual(0, slashed);
    }

    // Defect found: a requester could have honest providers slashed by asking for a computation that no engine can do.
    [Fact]
    public void Inputs_that_do_not_fit_the_model_cost_no_provider_anything()
    {
        TestWorld world = new(24);
        for (int i = 0; i < 5; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new PickyEngine()], world.ProviderOptions));
        }

        InferenceOrder order = world.Order() with { Inputs = NamedTensors.Of("z", TensorValue.Create(new float[1], 1)) };
        VerificationOutcome outcome = world.Run(_always, order);
        Assert.Empty(outcome.Slashed);
        Assert.All(world.Network.Reachable, provider => Assert.True(world.Worth(provider) >= new Amount(TestWorld.StakeOfEach)));
        Assert.Equal(NamedTensors.Empty, outcome.Output);
        Assert.Equal(VerdictReason.OutputsMatch, outcome.Verdict.Reason);
    }

    private sealed class PickyEngine : IInferenceEngine
    {
        private readonly SumEngine _sum = new();

        public EngineDescription Description => _sum.Description;

        public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
            inputs.TryGetValue("x", out _) ? _sum.RunAsync(inputs, options, cancellationToken) : throw new ArgumentException("Expected x.", nameof(inputs));
    }
}
