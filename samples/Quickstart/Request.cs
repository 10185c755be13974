using Verifiable.Inference.Claims;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>What one image came to, beside what the honest model says, which the requester does not know.</summary>
internal sealed record Request(int Index, DigitImage Image, NamedTensors Honest, VerificationOutcome Outcome, SamplingRecord? Record, ReceiptCheck? Check)
{
    public bool IsDelivered => Outcome.Output is not null;

    public bool IsHonestOutput => Outcome.Output is { } output && output.Equals(Honest);

    public Receipt? Receipt => Outcome.Receipt;

    /// <summary>Gets the seats whose providers took the task, each provider once.</summary>
    public IEnumerable<SeatRecord> Tasks => Record is null ? [] : Record.Seats.Where(static seat => seat.Outcome != SeatOutcome.Shared);
}
