using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>A provider accepts a task before anybody has looked whether the inputs fit the model: what the engine then throws must not cost it its stake.</summary>
public sealed class HonestProviderTests
{
    [Fact]
    public async Task Inputs_that_do_not_fit_the_model_cost_an_honest_provider_nothing()
    {
        SamplingStrategy strategy = new(new SamplingOptions { AuditRate = 1, AnswerWindow = TimeSpan.FromSeconds(2), AcceptWindow = TimeSpan.FromSeconds(1), OpeningWindow = TimeSpan.FromSeconds(60) });
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
        Assert.Empty(outcome.Slashed);
        Assert.All(providers, provider => Assert.Equal(new Amount(10_000), ledger.State.Accounts[provider.Id].FreeStake));
    }
}
