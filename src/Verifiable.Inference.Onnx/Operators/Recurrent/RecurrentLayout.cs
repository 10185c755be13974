using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The lengths of one recurrent cell's run, and where its rows lie. Immutable.</summary>
/// <param name="Steps">The steps of the longest sequence.</param>
/// <param name="Batch">The sequences.</param>
/// <param name="Width">The numbers of one step of the input.</param>
/// <param name="Directions">1 or 2.</param>
/// <param name="Units">The numbers of a state.</param>
/// <param name="BatchFirst">Whether the first axis is the batch, and not the steps or the directions.</param>
internal sealed record RecurrentLayout(long Steps, long Batch, long Width, int Directions, long Units, bool BatchFirst)
{
    /// <summary>Gets the shape of the output of all steps.</summary>
    internal string? StepsShape(out TensorShape shape) =>
        Faults.Shape(BatchFirst ? [Batch, Steps, Directions, Units] : [Steps, Directions, Batch, Units], out shape);

    /// <summary>Gets the shape of a state.</summary>
    internal string? StateShape(out TensorShape shape) => Faults.Shape(BatchFirst ? [Batch, Directions, Units] : [Directions, Batch, Units], out shape);

    /// <summary>Finds a row of the input.</summary>
    internal long InputRow(long step, long batch) => BatchFirst ? (batch * Steps) + step : (step * Batch) + batch;

    /// <summary>Finds a row of the output of all steps.</summary>
    internal long OutputRow(long step, long direction, long batch) =>
        BatchFirst ? (((batch * Steps) + step) * Directions) + direction : (((step * Directions) + direction) * Batch) + batch;

    /// <summary>Finds a row of a state.</summary>
    internal long StateRow(long direction, long batch) => BatchFirst ? (batch * Directions) + direction : (direction * Batch) + batch;

    /// <summary>Finds what a row of the output of all steps belongs to.</summary>
    internal (long Step, long Direction, long Batch) FindOutput(long row) => BatchFirst
        ? (row / Directions % Steps, row % Directions, row / Directions / Steps)
        : (row / Batch / Directions, row / Batch % Directions, row % Batch);

    /// <summary>Finds what a row of a state belongs to.</summary>
    internal (long Direction, long Batch) FindState(long row) => BatchFirst ? (row % Directions, row / Directions) : (row / Batch, row % Batch);
}
