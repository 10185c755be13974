using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;

namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>Canaries: what others see of them, what a wrong answer comes to, and that the requester's word convicts nobody.</summary>
public sealed class CanaryTests
{
    // A coin that does not fall: all that is checked below is checked because of the canary.
    private static readonly HiddenDuplicationStrategy _strategy = new(new HiddenDuplicationOptions { Beacon = TestWorld.Beacon, DuplicationRate = 1e-9, AllowsInsecureTerms = true });

    [Fact]
    public void A_canary_that_is_answered_right_leaves_the_ledger_of_an_ordinary_order_hash_for_hash()
    {
        TestWorld plain = new TestWorld(strategy: _strategy).AddHonest(5);
        VerificationOutcome ordinary = plain.Run(_strategy);
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(5);
        CanaryOutcome canary = Run(world, world.Engine());
        Assert.Equal(CanaryFinding.Right, canary.Finding);
        Assert.Equal(ordinary.Receipt!.ClosingHead, canary.Verification.Receipt!.ClosingHead);
        Assert.Equal(VerdictReason.NotAudited, canary.Verification.Verdict.Reason);
        Assert.Equal(plain.Ledger.ReadEntries().Select(entry => (entry.Time, entry.Command.GetType())), world.Ledger.ReadEntries().Select(entry => (entry.Time, entry.Command.GetType())));
    }

    [Fact]
    public void A_wrong_answer_is_checked_and_convicted_on_evidence()
    {
        TestWorld world = new(strategy: _strategy);
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions), stake: 200_000_000);
        world.AddHonest(8);
        Dictionary<NodeId, Amount> before = Worths(world);
        CanaryOutcome canary = Run(world, world.Engine());
        Assert.Equal(CanaryFinding.Wrong, canary.Finding);
        Assert.Equal(VerdictReason.OutputMismatch, canary.Verification.Verdict.Reason);
        Assert.Equal(cheat, Assert.Single(canary.Verification.Slashed));
        Assert.Equal(before[cheat] - _strategy.Options.Slash, world.Worth(cheat));
        Assert.All(before.Where(item => item.Key != cheat), item => Assert.True(world.Worth(item.Key) >= item.Value));
        Assert.Contains(world.Ledger.ReadEntries(), entry => entry.Command is DemandClaim);
        Assert.True(world.Ledger.State.Totals.IsConserved);

        // A stranger who checks the receipt sees a claim that was demanded, and no word of a canary.
        Assert.Equal(canary.Verification.Verdict, canary.Verification.Receipt!.Verdict);
    }

    [Fact]
    public void A_requester_whose_own_engine_errs_harms_nobody()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(6);
        Dictionary<NodeId, Amount> before = Worths(world);
        CanaryOutcome canary = Run(world, world.Engine(bias: 3));
        Assert.Equal(CanaryFinding.Wrong, canary.Finding);
        Assert.Equal(VerdictKind.Accepted, canary.Verification.Verdict.Kind);
        Assert.Empty(canary.Verification.Slashed);
        Assert.All(before, item => Assert.True(world.Worth(item.Key) >= item.Value));
        Assert.Equal(2, before.Count(item => world.Worth(item.Key) == item.Value + _strategy.Options.Reward));
    }

    // What no comparison of providers shows: the requester learns it, and the ledger does not act on its word.
    [Fact]
    public void Providers_that_all_cheat_alike_are_noticed_and_not_convicted()
    {
        TestWorld world = new(strategy: _strategy);
        for (int i = 0; i < 6; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions));
        }

        CanaryOutcome canary = Run(world, world.Engine());
        Assert.Equal((CanaryFinding.Wrong, VerdictKind.Accepted), (canary.Finding, canary.Verification.Verdict.Kind));
        Assert.Empty(canary.Verification.Slashed);
    }

    [Fact]
    public void Nobody_answers_and_there_is_no_finding()
    {
        TestWorld world = new(strategy: _strategy);
        _ = world.Add(signer => new SilentProvider(signer));
        CanaryOutcome canary = Run(world, world.Engine());
        Assert.Equal((CanaryFinding.None, VerdictReason.NoProvider), (canary.Finding, canary.Verification.Verdict.Reason));
    }

    [Fact]
    public void A_source_that_repeats_itself_is_refused()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(5);
        CanaryRunner runner = new(_strategy, world.Engine(), new Source(number => world.Order(number % 3)));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(CanaryFinding.Right, world.Time.Run(runner.RunAsync(world.Network)).Finding);
        }

        ulong sequence = world.Ledger.ReadEntries()[^1].Sequence;
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => world.Time.Run(runner.RunAsync(world.Network)));
        Assert.Contains("pool", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(sequence, world.Ledger.ReadEntries()[^1].Sequence);
    }

    [Fact]
    public void An_engine_of_another_model_or_profile_is_refused()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(5);
        CanaryRunner runner = new(_strategy, world.Engine(), new Source(number => world.Order(number) with { ModelId = Digest.Of("another"u8) }));
        _ = Assert.Throws<InvalidOperationException>(() => world.Time.Run(runner.RunAsync(world.Network)));
    }

    private static CanaryOutcome Run(TestWorld world, SumEngine engine) =>
        world.Time.Run(new CanaryRunner(_strategy, engine, new Source(_ => world.Order())).RunAsync(world.Network));

    private static Dictionary<NodeId, Amount> Worths(TestWorld world) => world.Network.Reachable.ToDictionary(id => id, world.Worth);

    private sealed class Source(Func<int, InferenceOrder> draw) : ICanarySource
    {
        private int _drawn;

        public InferenceOrder Draw(IRandomSource randomness) => draw(_drawn++);
    }

    private sealed class SilentProvider(ISigner signer) : IProvider
    {
        public NodeId Id => signer.PublicKey.Id;

        public ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
    }
}
