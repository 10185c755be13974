using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Generation;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Shakespeare;

/// <summary>Five providers and a user; every answer is checked by a second provider.</summary>
internal sealed class Market
{
    private const int Providers = 5;

    private static readonly Amount _stake = new(10_000);

    // Votes wait minutes for the round that draws them; nobody waits here.
    private readonly VirtualTime _time = new();
    private readonly SamplingStrategy _strategy;
    private readonly InferenceLedger _ledger;
    private readonly InferenceNetwork _network;
    private readonly ISigner _user = EcdsaP256Signer.Generate();
    private readonly IInferenceEngine _honest;
    private readonly NodeId _first;

    /// <summary>Opens the market.</summary>
    /// <param name="honest">The engine that is asked for.</param>
    /// <param name="first">The engine of the first provider.</param>
    public Market(IInferenceEngine honest, IInferenceEngine first)
    {
        _honest = honest;
        _strategy = new SamplingStrategy(new SamplingOptions { AuditRate = 1, Beacon = HashChainBeacon.Generate(_time) });
        _ledger = new InferenceLedger(EcdsaP256Signer.Generate(), SignatureSchemes.Default, _time, _strategy);
        LocalProvider[] providers = [.. Enumerable.Range(0, Providers).Select(i => new LocalProvider(EcdsaP256Signer.Generate(), _ledger, [i == 0 ? first : honest], new LocalProviderOptions { Time = _time }))];
        _first = providers[0].Id;
        _network = new InferenceNetwork(_ledger, providers, _time);
        _ledger.Apply(new Deposit(_user.PublicKey.Id, new Amount(1_000_000)));
        foreach (LocalProvider provider in providers)
        {
            _ledger.Apply(new Deposit(provider.Id, _stake));
            _ledger.Apply(new Bond(provider.Id, _stake));
        }
    }

    /// <summary>Orders the text until the first provider was drawn to write it.</summary>
    /// <returns>What it came to, and whether the first provider was slashed; <see langword="null"/> where it was slashed before, when it was to check another's answer: whoever lost its stake is not drawn.</returns>
    public (VerificationOutcome Outcome, bool IsCaught)? AskFirst(GenerationRequest request)
    {
        const int MostOrders = 60;
        string last = string.Empty;
        for (int i = 0; i < MostOrders; i++)
        {
            InferenceOrder order = new()
            {
                Requester = _user,
                ModelId = _honest.Description.ModelId,
                Profile = _honest.Description.Profile,
                Inputs = GenerationEngine.InputsOf([.. request.Prompt]),
                Options = request.Options,
            };
            VerificationOutcome outcome = _time.Run(_strategy.RunAsync(order, _network));
            last = $"{outcome.Verdict.Kind}, {outcome.Verdict.Reason}, {string.Join("; ", outcome.Incidents)}";
            if (outcome.Asserter == _first)
            {
                return (outcome, outcome.Slashed.Contains(_first));
            }

            if (outcome.Slashed.Contains(_first))
            {
                return null;
            }
        }

        throw new InvalidOperationException($"Expected the first provider to be drawn in {MostOrders} orders, got none of its answers; the last order came to {last}.");
    }

    /// <summary>Tells whether the receipt of an outcome holds.</summary>
    public bool Holds(VerificationOutcome outcome) => outcome.Receipt is { } receipt && _strategy.Check(receipt).IsValid;
}
