using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>All images, run one after another, each with its outcome, its receipt checked from its bytes.</summary>
internal sealed record Experiment(DigitNetwork Network, IReadOnlyList<Request> Requests)
{
    public static Experiment Run(DigitNetwork network, QuickstartSettings settings, Action tick)
    {
        DigitImage[] images = DigitImage.Load(settings.Images);
        List<Request> requests = [];
        for (int index = 0; index < images.Length; index++)
        {
            InferenceOrder order = network.Order(images[index], index);
            NamedTensors honest = network.Time.Run(network.Models.Honest.RunAsync(order.Inputs, order.Options));
            VerificationOutcome outcome = network.Time.Run(network.Strategy.RunAsync(order, network.Network));
            ReceiptCheck? check = Canonical.TryRead(outcome.Receipt?.ToBytes(), out Receipt? receipt) ? network.Strategy.Check(receipt, network.Schemes) : null;
            requests.Add(new Request(index, images[index], honest, outcome, RecordOf(outcome.Receipt), check));
            tick();
        }

        return new Experiment(network, requests);
    }

    private static SamplingRecord? RecordOf(Receipt? receipt) =>
        receipt is not null && SamplingRecord.TryRead(receipt.Case.Record.Span, receipt.Case.Signatures.AsSpan()[ReceiptCase.CommonSignatures..], out SamplingRecord? record)
            ? record
            : null;
}
