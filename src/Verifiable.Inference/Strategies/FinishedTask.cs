using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies;

/// <summary>What came of one task that a provider accepted.</summary>
/// <param name="Record">The record, in which only <see cref="SeatRecord.Stake"/> is still to be set.</param>
/// <param name="Outputs">The outputs, which open the claim; <see langword="null"/> unless the outcome is <see cref="SeatOutcome.Answered"/>.</param>
public sealed record FinishedTask(SeatRecord Record, NamedTensors? Outputs);
