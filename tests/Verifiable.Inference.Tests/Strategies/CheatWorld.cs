using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>A <see cref="TestWorld"/> with cheats in it, and the laws that hold after every request whatever they do.</summary>
internal sealed class CheatWorld
{
    private readonly HashSet<NodeId> _cheats = [];
    private readonly List<NodeId> _honest = [];

    public CheatWorld(ulong seed, VerificationStrategy? strategy = null)
    {
        World = new TestWorld(seed, strategy);
        Seed = seed;
    }

    public TestWorld World { get; }

    public ulong Seed { get; }

    public SharedBoard Board { get; } = new();

    public IReadOnlySet<NodeId> Cheats => _cheats;

    public CheatWorld AddHonest(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _honest.Add(World.Add(signer => new LocalProvider(signer, World.Ledger, [new SumEngine()], World.ProviderOptions)));
        }

        return this;
    }

    public NodeId Add(CheatKind kind, ulong stake = TestWorld.StakeOfEach, Func<TaskEnvelope, bool>? cheatsOn = null)
    {
        NodeId cheat = World.Add(signer => CheatFactory.Create(kind, SetupOf(signer) with { CheatsOn = cheatsOn }), stake);
        _ = _cheats.Add(cheat);
        return cheat;
    }

    public CheatSetup SetupOf(ISigner signer) => new()
    {
        Signer = signer,
        Ledger = World.Ledger,
        Engine = new SumEngine(),
        Substitute = new SumEngine(bias: 1),
        Example = NamedTensors.Of("y", TensorValue.Create(new float[2], 2)),
        Board = Board,
        OtherKey = TestWorld.Key("another key"),
        Seed = Seed,
        Options = World.ProviderOptions,
    };

    /// <summary>Runs a request and asserts what must hold whoever cheats, as long as the votes go right.</summary>
    public VerificationOutcome RunLawfully(SamplingStrategy strategy, int index, bool ringMayConfirmItself = false) =>
        RunLawfully(strategy, index, computations => strategy.Options.Reward * (ulong)computations, ringMayConfirmItself);

    /// <summary>Runs a request under a quorum, and the settlement of the late ones, and asserts the same. Every seat of both committees may have to be paid.</summary>
    public VerificationOutcome RunLawfully(QuorumStrategy strategy, int index, bool ringMayConfirmItself = false)
    {
        (int seats, _, int escalationSeats) = strategy.Options.SizesFor(World.Ledger.Stakes.Count);
        return RunLawfully(strategy, index, _ => strategy.Options.Reward * (ulong)(seats + escalationSeats), ringMayConfirmItself);
    }

    private VerificationOutcome RunLawfully(VerificationStrategy strategy, int index, Func<int, Amount> mostPaid, bool ringMayConfirmItself)
    {
        InferenceOrder order = World.Order(index, seed: (ulong)index);
        Amount before = World.Worth(World.Requester.PublicKey.Id);
        VerificationOutcome outcome = World.Run(strategy, order);
        Assert.All(outcome.Incidents, incident => Assert.True(_cheats.Contains(incident.Provider), incident.ToString()));
        Assert.All(outcome.Slashed, slashed => Assert.True(_cheats.Contains(slashed), $"an honest provider was slashed: {outcome.Verdict}"));
        if (World.Time.Run(new ValueTask<Receipt?>(outcome.LateSettlement)) is { } late)
        {
            ReceiptCheck check = strategy.Check(late);
            Assert.True(check.IsValid, check.Refuted?.ToString());
        }

        ExpireWhatIsLeft(outcome);
        Assert.True(World.Ledger.State.Totals.IsConserved);
        Assert.Equal(Amount.Zero, World.Ledger.State.Totals.Escrows);
        Assert.Equal(Amount.Zero, World.Ledger.State.Totals.ReservedStakes);
        Assert.All(_honest, provider => Assert.True(World.Worth(provider) >= new Amount(TestWorld.StakeOfEach), "an honest provider lost"));

        // The requester pays the reward for each claim at most, and nothing for none.
        Amount paid = before - World.Worth(World.Requester.PublicKey.Id);
        Assert.True(paid <= mostPaid(outcome.Computations), $"paid {paid} for {outcome.Computations} claims");
        if (outcome.Receipt is { } receipt)
        {
            ReceiptCheck check = strategy.Check(receipt);
            Assert.True(check.IsValid, check.Refuted?.ToString());
        }

        if (outcome.Verdict.Kind != VerdictKind.Undetermined && outcome.Output is { } output && !ringMayConfirmItself)
        {
            Assert.Equal(RightOutput(order), output);
        }

        return outcome;
    }

    // A checker or voter that was left behind closes with its own stake burnt, and the requester's escrow comes back.
    private void ExpireWhatIsLeft(VerificationOutcome? last = null)
    {
        foreach (TaskRecord task in World.Ledger.State.Tasks.Values.Where(static task => !task.IsClosed))
        {
            long left = Math.Max(0, task.OpeningDeadline - World.Time.GetUtcNow().ToUnixTimeMilliseconds());
            World.Time.Advance(TimeSpan.FromMilliseconds(left));
            LedgerRefusal refusal = World.Ledger.Apply(new ExpireSilence(task.Task));
            Assert.True(refusal == LedgerRefusal.None, $"{refusal} {task} {last?.Verdict} late {last?.LateSettlement.Status}  {string.Join(" | ", last!.Incidents)}");
        }
    }

    public static NamedTensors RightOutput(InferenceOrder order) =>
        new SumEngine().RunAsync(order.Inputs, order.Options).AsTask().GetAwaiter().GetResult();
}
