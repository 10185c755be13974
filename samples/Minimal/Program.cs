using Verifiable.Inference;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

// One answer in ten is checked by default; here all are.
SamplingStrategy strategy = new(new SamplingOptions { AuditRate = 1, Beacon = HashChainBeacon.Generate() });
OnnxModel model = OnnxModel.Load(Path.Combine(AppContext.BaseDirectory, "models", "iris.onnx"));
InferenceLedger ledger = new(EcdsaP256Signer.Generate(), SignatureSchemes.Default, TimeProvider.System, strategy);
ISigner user = EcdsaP256Signer.Generate();
ledger.Apply(new Deposit(user.PublicKey.Id, new Amount(10_000)));
LocalProvider[] providers = [.. Enumerable.Range(0, 3).Select(_ => new LocalProvider(EcdsaP256Signer.Generate(), ledger, [new CanonicalEngine(model)]))];
foreach (LocalProvider provider in providers)
{
    ledger.Apply(new Deposit(provider.Id, new Amount(10_000)));
    ledger.Apply(new Bond(provider.Id, new Amount(10_000)));
}

float[] flower = [5.1f, 3.5f, 1.4f, 0.2f];
NamedTensors inputs = NamedTensors.Of("measurements", TensorValue.Create(flower, 1, 4));
InferenceOrder order = new() { Requester = user, ModelId = model.Id, Inputs = inputs };
VerificationOutcome outcome = await strategy.RunAsync(order, new InferenceNetwork(ledger, providers));
Console.WriteLine($"{outcome.Verdict.Kind}, {outcome.Verdict.Reason}: {string.Join(' ', outcome.Output!["logits"].AsSpan<float>().ToArray())}");
Console.WriteLine($"The receipt holds: {strategy.Check(outcome.Receipt!).IsValid}");
