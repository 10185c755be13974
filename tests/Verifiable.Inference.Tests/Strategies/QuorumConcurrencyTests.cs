using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>A quorum in real time, whose providers compute in this process before they return.</summary>
public sealed class QuorumConcurrencyTests
{
    // Each computation ends only once another is under way: one after the other they would wait in vain.
    [Fact]
    public async Task In_real_time_no_provider_waits_for_the_one_before_it()
    {
        QuorumStrategy strategy = new(new QuorumOptions
        {
            Beacon = new SeededBeacon(7),
            Seats = 5,
            EscalationRate = 0,
            AllowsInsecureTerms = true,
            WaitsForAll = true,
            AnswerWindow = TimeSpan.FromMinutes(10),
            AcceptWindow = TimeSpan.FromMinutes(10),
            OpeningWindow = TimeSpan.FromHours(12),
        });
        ISigner requester = TestWorld.Key("requester");
        InferenceLedger ledger = new(TestWorld.Key("operator"), SignatureSchemes.Default, TimeProvider.System, strategy);
        using CountdownEvent under = new(2);
        LocalProvider[] providers = [.. Enumerable.Range(0, 20).Select(i => new LocalProvider(TestWorld.Key("provider " + i), ledger, [new MeetingEngine(under)]))];
        foreach (LocalProvider provider in providers)
        {
            _ = ledger.Apply(new Deposit(provider.Id, new Amount(TestWorld.StakeOfEach)));
            _ = ledger.Apply(new Bond(provider.Id, new Amount(TestWorld.StakeOfEach)));
        }

        _ = ledger.Apply(new Deposit(requester.PublicKey.Id, new Amount(TestWorld.StakeOfEach)));
        InferenceOrder order = new()
        {
            Requester = requester,
            ModelId = TestWorld.Model,
            Inputs = NamedTensors.Of("x", TensorValue.Create(new float[] { 1, 2, 3 }, 3)),
            Randomness = new SeededRandomSource(5),
        };
        VerificationOutcome outcome = await strategy.RunAsync(order, new InferenceNetwork(ledger, providers));
        Assert.Equal(VerdictReason.OutputsMatch, outcome.Verdict.Reason);
        Assert.InRange(outcome.Computations, 2, 5);
        Assert.Equal(6, outcome.Output!["y"].AsSpan<float>()[0]); // without a second computation under way the engine throws, and the answer is that there is none
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
        Assert.Equal(Amount.Zero, ledger.State.Totals.Escrows);
        Assert.True(ledger.State.Totals.IsConserved);
    }

    private sealed class MeetingEngine(CountdownEvent under) : IInferenceEngine
    {
        private readonly SumEngine _sum = new();

        public EngineDescription Description => _sum.Description;

        public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
        {
            lock (under)
            {
                _ = !under.IsSet && under.Signal();
            }

            return under.Wait(TimeSpan.FromMinutes(1), cancellationToken) ? _sum.RunAsync(inputs, options, cancellationToken) : throw new InvalidOperationException("Nobody else came.");
        }
    }
}
