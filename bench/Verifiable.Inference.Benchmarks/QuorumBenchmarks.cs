using System.Text;
using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does a quorum of five seats on the digit model cost beside its inferences: all parties in one process, nothing escalated?</summary>
[MemoryDiagnoser]
[MinColumn]
[MedianColumn]
public class QuorumBenchmarks
{
    private const int Seats = 5;
    private const int Providers = 100;
    private const int RequestsAnIteration = 256;
    private readonly QuorumStrategy _strategy = new(new QuorumOptions { Beacon = new SeededBeacon(1), Seats = Seats, EscalationRate = 0, AllowsInsecureTerms = true });
    private readonly EcdsaP256Signer _requester = Key("requester");
    private CanonicalEngine _engine = null!;
    private NamedTensors _image = null!;
    private InferenceOrder _order = null!;
    private InferenceNetwork _network = null!;

    [GlobalSetup]
    public void Load()
    {
        _engine = new CanonicalEngine(OnnxModel.Load(Path.Combine(AppContext.BaseDirectory, "models", "digits.onnx")));
        _image = NamedTensors.Of("image", TensorValue.Create([.. Enumerable.Range(0, 64).Select(static pixel => (float)(pixel % 17))], 1, 1, 8, 8));
        _order = new InferenceOrder { Requester = _requester, ModelId = _engine.Model.Id, Inputs = _image };
        CountSignatures();
    }

    // A hundred providers, so that hardly a seat is shared, who have all answered before, so that nothing is a first time.
    [IterationSetup(Target = nameof(WholeRequest))]
    public void OpenLedger()
    {
        _network = Open(_strategy, SignatureSchemes.Default, Enumerable.Range(0, Providers).Select(number => (ISigner)Key($"provider {number}")), _requester);
        for (int i = 0; i < Providers; i++)
        {
            _ = _strategy.RunAsync(_order, _network).AsTask().GetAwaiter().GetResult();
        }
    }

    [Benchmark(Baseline = true)]
    public int FiveInferences()
    {
        int computed = 0;
        for (int i = 0; i < Seats; i++)
        {
            computed += _engine.RunAsync(_image, new GenerationOptions(seed: 0)).AsTask().GetAwaiter().GetResult().Count;
        }

        return computed;
    }

    [Benchmark(OperationsPerInvoke = RequestsAnIteration)]
    public int WholeRequest()
    {
        int computations = 0;
        for (int i = 0; i < RequestsAnIteration; i++)
        {
            computations += _strategy.RunAsync(_order, _network).AsTask().GetAwaiter().GetResult().Computations;
        }

        return computations;
    }

    private static EcdsaP256Signer Key(string name) => EcdsaP256Signer.FromSeed(Encoding.UTF8.GetBytes(name));

    private InferenceNetwork Open(QuorumStrategy strategy, SignatureSchemes schemes, IEnumerable<ISigner> providers, ISigner requester)
    {
        InferenceLedger ledger = new(Key("operator"), schemes, TimeProvider.System, strategy);
        List<LocalProvider> taken = [];
        foreach (ISigner provider in providers)
        {
            taken.Add(new LocalProvider(provider, ledger, [_engine]));
            _ = ledger.Apply(new Deposit(provider.PublicKey.Id, new Amount(100_000_000)));
            _ = ledger.Apply(new Bond(provider.PublicKey.Id, new Amount(100_000_000)));
        }

        _ = ledger.Apply(new Deposit(requester.PublicKey.Id, new Amount(100_000_000)));
        return new InferenceNetwork(ledger, taken, schemes: schemes);
    }

    private void CountSignatures()
    {
        CountingScheme scheme = new(EcdsaP256.Scheme);
        CountingSigner requester = new(Key("counted requester"));
        CountingSigner[] keys = [.. Enumerable.Range(0, Providers).Select(number => new CountingSigner(Key($"counted {number}")))];
        InferenceNetwork network = Open(_strategy, new SignatureSchemes(scheme), keys, requester);
        VerificationOutcome outcome = null!;
        int signed = 0;
        int verified = 0;
        bool late = false;
        for (int i = 0; i < 3; i++)
        {
            signed = -keys.Sum(static key => key.Count) - requester.Count;
            verified = -scheme.Count;
            outcome = _strategy.RunAsync(_order with { Requester = requester }, network).AsTask().GetAwaiter().GetResult();
            late = outcome.LateSettlement is { } settling && settling.GetAwaiter().GetResult() is not null;
            signed += keys.Sum(static key => key.Count) + requester.Count;
            verified += scheme.Count;
        }

        Console.WriteLine($"// One request of {Seats} seats, {outcome.Computations} answers in time: {signed} signatures made besides {(late ? "two heads'" : "the head's")}, {verified} verified; the receipt has {Inference.Commitments.Canonical.ToBytes(outcome.Receipt!).Length} bytes.");
    }
}
