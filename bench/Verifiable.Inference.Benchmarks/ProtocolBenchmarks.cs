using System.Text;
using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does one request under sampling cost beside the bare inference of the digit model: the whole of it, not audited, and what it is made of?</summary>
/// <remarks>All parties run in this process, so the whole is the sum of what requester, provider and ledger each do on their own machine. The ledger keeps every
/// entry, so it is made anew before each iteration, whose requests are then too few to change its cost.</remarks>
[MemoryDiagnoser]
[MinColumn]
[MedianColumn]
public class ProtocolBenchmarks
{
    // Never seen in a run of this length: 2^-64 is the least rate there is. What it costs not to be audited does not depend on it.
    private const double HardlyEver = 1e-18;
    private const int RequestsAnIteration = 256;
    private readonly SamplingStrategy _strategy = new(new SamplingOptions { Beacon = new SeededBeacon(7), AuditRate = HardlyEver, AllowsInsecureTerms = true });
    private readonly EcdsaP256Signer _requester = Key("requester");
    private readonly byte[] _message = new byte[512];
    private CanonicalEngine _engine = null!;
    private NamedTensors _image = null!;
    private NamedTensors _outputs = null!;
    private InferenceOrder _order = null!;
    private InferenceNetwork _network = null!;
    private Receipt _receipt = null!;
    private byte[] _signature = null!;
    private byte[] _receiptBytes = null!;

    [GlobalSetup]
    public void Load()
    {
        _engine = new CanonicalEngine(OnnxModel.Load(Path.Combine(AppContext.BaseDirectory, "models", "digits.onnx")));
        _image = NamedTensors.Of("image", TensorValue.Create([.. Enumerable.Range(0, 64).Select(static pixel => (float)(pixel % 17))], 1, 1, 8, 8));
        _outputs = _engine.RunAsync(_image, new GenerationOptions(seed: 0)).AsTask().GetAwaiter().GetResult();
        _order = new InferenceOrder { Requester = _requester, ModelId = _engine.Model.Id, Inputs = _image };
        _signature = _requester.Sign(_message);
        OpenLedger();
        _receipt = Ask().Receipt!;
        _receiptBytes = _receipt.ToBytes();
        CountSignatures();
        Console.WriteLine($"// Receipt: {_receiptBytes.Length} bytes with {_receipt.Case.Signatures.Length + 1} signatures; the ledger has {_network.Ledger.Sequence} entries.");
    }

    [IterationSetup(Target = nameof(WholeRequest))]
    public void OpenLedger()
    {
        InferenceLedger ledger = new(Key("operator"), SignatureSchemes.Default, TimeProvider.System, _strategy);
        LocalProvider[] providers = [.. Enumerable.Range(0, 8).Select(number => new LocalProvider(Key($"provider {number}"), ledger, [_engine]))];
        foreach (LocalProvider provider in providers)
        {
            _ = ledger.Apply(new Deposit(provider.Id, new Amount(100_000_000)));
            _ = ledger.Apply(new Bond(provider.Id, new Amount(100_000_000)));
        }

        _ = ledger.Apply(new Deposit(_requester.PublicKey.Id, new Amount(100_000_000)));
        _network = new InferenceNetwork(ledger, providers);
    }

    [Benchmark(Baseline = true)]
    public NamedTensors BareInference() => _engine.RunAsync(_image, new GenerationOptions(seed: 0)).AsTask().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = RequestsAnIteration)]
    public int WholeRequest()
    {
        int computations = 0;
        for (int i = 0; i < RequestsAnIteration; i++)
        {
            computations += Ask().Computations;
        }

        return computations;
    }

    [Benchmark]
    public (Digest, Digest) CommitToInputsAndOutputs() => (CommittedTensors.Of(_image).ToDigest(), CommittedTensors.Of(_outputs).ToDigest());

    [Benchmark]
    public byte[] Sign() => _requester.Sign(_message);

    [Benchmark]
    public bool Verify() => SignatureSchemes.Default.Verify(_requester.PublicKey, _message, _signature);

    [Benchmark]
    public byte[] WriteReceipt() => _receipt.ToBytes();

    [Benchmark]
    public bool ReadReceipt() => Canonical.TryRead(_receiptBytes, out Receipt? _);

    [Benchmark]
    public bool CheckReceipt() => _strategy.Check(_receipt).IsValid;

    private static EcdsaP256Signer Key(string name) => EcdsaP256Signer.FromSeed(Encoding.UTF8.GetBytes(name));

    // What the whole is made of: once everybody has answered before, so that nothing is a first time.
    private void CountSignatures()
    {
        CountingScheme scheme = new(EcdsaP256.Scheme);
        SignatureSchemes schemes = new(scheme);
        CountingSigner[] keys = [.. Enumerable.Range(0, 4).Select(number => new CountingSigner(Key($"counted {number}")))];
        InferenceLedger ledger = new(keys[0], schemes, TimeProvider.System, _strategy);
        _ = ledger.Apply(new Deposit(keys[1].PublicKey.Id, new Amount(1_000_000)));
        foreach (CountingSigner key in keys[2..])
        {
            _ = ledger.Apply(new Deposit(key.PublicKey.Id, new Amount(100_000)));
            _ = ledger.Apply(new Bond(key.PublicKey.Id, new Amount(100_000)));
        }

        InferenceNetwork network = new(ledger, keys[2..].Select(key => new LocalProvider(key, ledger, [_engine])), schemes: schemes);
        int signed = 0;
        int verified = 0;
        for (int i = 0; i < 3; i++)
        {
            signed = -keys.Sum(static key => key.Count);
            verified = -scheme.Count;
            _ = _strategy.RunAsync(_order with { Requester = keys[1] }, network).AsTask().GetAwaiter().GetResult();
            signed += keys.Sum(static key => key.Count);
            verified += scheme.Count;
        }

        Console.WriteLine($"// One request that is not audited: {signed} signatures made, {verified} verified.");
    }

    private VerificationOutcome Ask() => _strategy.RunAsync(_order, _network).AsTask().GetAwaiter().GetResult();
}
