using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>What came of one task: its record, and the outputs where they were delivered.</summary>
internal sealed record FinishedTask(SeatRecord Record, NamedTensors? Outputs);
