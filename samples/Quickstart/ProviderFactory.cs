using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Makes the providers, each with a meter on whatever it computes.</summary>
internal sealed class ProviderFactory(DigitModels models, InferenceLedger ledger, NamedTensors example, ulong seed, Func<OpaqueBytes, OpaqueBytes>? secondForm)
{
    // Cheats of one kind know each other.
    private readonly SharedBoard _board = new();

    public IProvider Create(CheatDescription? cheat, ISigner signer, ISigner otherKey, Meter meter, LocalProviderOptions options)
    {
        CheatKind kind = cheat?.Kind ?? CheatKind.None;
        return CheatFactory.Create(kind, new CheatSetup
        {
            Signer = signer,
            Ledger = ledger,
            Engine = new MeteredEngine(models.Honest, meter, Terms.HonestCost),
            Substitute = SubstituteOf(kind, meter),
            Example = example,
            Board = _board,
            OtherKey = otherKey,
            SecondForm = secondForm,
            Seed = seed,
            Options = options,
        });
    }

    private MeteredEngine SubstituteOf(CheatKind kind, Meter meter) => kind switch
    {
        CheatKind.SkippedLayer => new MeteredEngine(models.Skipped, meter, Terms.HonestCost * DigitModels.SkippedShare),
        CheatKind.QuantizedWeights => new MeteredEngine(models.Quantized, meter, Terms.HonestCost * DigitModels.QuantizedShare),
        _ => new MeteredEngine(models.Cheaper, meter, Terms.HonestCost * DigitModels.CheaperShare),
    };
}
