using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Inputs that do not fit the model are the requester's mistake, and no honest provider's loss.</summary>
public sealed class HonestProviderTests
{
    [Fact]
    public async Task Inputs_that_do_not_fit_the_model_cost_an_honest_provider_nothing()
    {
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = new SeededBeacon(7), AuditRate = 1 });
        OnnxModel model = OnnxModel.Load(Path.Combine(ShippedModels.Root!, "models", "iris.onnx"));
        InferenceLedger ledger = new(EcdsaP256Signer.Generate(), SignatureSchemes.Default, TimeProvider.System, strategy);
        EcdsaP256Signer user = EcdsaP256Signer.Generate();
        ledger.Apply(new Deposit(user.PublicKey.Id, new Amount(10_000)));
        LocalProvider[] providers = [.. Enumerable.Range(0, 3).Select(_ => new LocalProvider(EcdsaP256Signer.Generate(), ledger, [new CanonicalEngine(model)]))];
        foreach (LocalProvider provider in providers)
        {
            ledger.Apply(new Deposit(provider.Id, new Amount(10_000)));
            ledger.Apply(new Bond(provider.Id, new Amount(10_000)));
        }

        // Five measurements where the model takes four.
        InferenceOrder order = new() { Requester = user, ModelId = model.Id, Inputs = NamedTensors.Of("measurements", TensorValue.Create(new float[5], 1, 5)) };
        VerificationOutcome outcome = await strategy.RunAsync(order, new InferenceNetwork(ledger, providers));
        Assert.All(providers, provider => Assert.Equal(new Amount(10_000), ledger.State.Accounts[provider.Id].Stake));
        Assert.Empty(outcome.Slashed);

        // Every honest provider finds the same: there are no outputs.
        Assert.True(outcome.Verdict.IsAccepted);
        Assert.Empty(outcome.Output!);
    }

    [Fact]
    public async Task A_provider_with_a_tracing_engine_names_the_trace_in_its_claim_and_one_without_names_none()
    {
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = new SeededBeacon(7), AuditRate = 1 });
        OnnxModel model = OnnxModel.Load(Path.Combine(ShippedModels.Root!, "models", "iris.onnx"));
        InferenceLedger ledger = new(EcdsaP256Signer.Generate(), SignatureSchemes.Default, TimeProvider.System, strategy);
        EcdsaP256Signer user = EcdsaP256Signer.Generate();
        ledger.Apply(new Deposit(user.PublicKey.Id, new Amount(10_000)));
        TracingEngine tracing = new(new CanonicalEngine(model));
        LocalProvider[] providers =
        [
            .. new IInferenceEngine[] { tracing, new CanonicalEngine(model) }
                // Half of all stake each: more than the default terms protect from a coalition.
                .Select(engine => new LocalProvider(EcdsaP256Signer.Generate(), ledger, [engine], new LocalProviderOptions { CoalitionShare = 0 })),
        ];
        foreach (LocalProvider provider in providers)
        {
            ledger.Apply(new Deposit(provider.Id, new Amount(10_000)));
            ledger.Apply(new Bond(provider.Id, new Amount(10_000)));
        }

        NamedTensors inputs = NamedTensors.Of("measurements", TensorValue.Create([5.1f, 3.5f, 1.4f, 0.2f], 1, 4));
        InferenceOrder order = new() { Requester = user, ModelId = model.Id, Inputs = inputs };
        VerificationOutcome outcome = await strategy.RunAsync(order, new InferenceNetwork(ledger, providers));
        Assert.True(outcome.Verdict.IsAccepted);
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
        Assert.True(SamplingRecord.TryRead(outcome.Receipt!.Case.Record.Span, outcome.Receipt.Case.StrategySignatures, out SamplingRecord? record));
        Digest expected = (await tracing.RunTracedAsync(inputs, order.Options)).Trace.Digest;
        Dictionary<NodeId, Digest?> traces = record.Seats.ToDictionary(seat => seat.Provider.Id, seat => seat.Claim!.Trace);
        Assert.Equal(expected, traces[providers[0].Id]);
        Assert.Null(traces[providers[1].Id]);
    }
}
