using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Sentences about inputs that do not fit; <see langword="null"/> where they do.</summary>
internal static class Faults
{
    internal static string? RequireType(OperatorInputs inputs, int input, params ReadOnlySpan<ElementType> types) =>
        types.Contains(inputs.TypeOf(input)) ? null : $"Expected input {input} of type {string.Join(" or ", types.ToArray())}, got {inputs.TypeOf(input)}.";

    internal static string? RequireSameType(OperatorInputs inputs, int input, int other) =>
        inputs.TypeOf(input) == inputs.TypeOf(other) ? null : $"Expected inputs {input} and {other} of one type, got {inputs.TypeOf(input)} and {inputs.TypeOf(other)}.";

    internal static string? RequireRank(OperatorInputs inputs, int input, int rank) =>
        inputs.ShapeOf(input).Rank == rank ? null : $"Expected input {input} of rank {rank}, got {inputs.ShapeOf(input)}.";

    /// <summary>Resolves an axis that may count from the end.</summary>
    internal static string? ResolveAxis(long axis, int rank, bool endIncluded, out int resolved)
    {
        long value = axis < 0 ? axis + rank : axis;
        resolved = (int)Math.Clamp(value, 0, rank);
        return value >= 0 && (value < rank || (endIncluded && value == rank)) ? null : $"Expected an axis of a tensor of rank {rank}, got {axis}.";
    }

    /// <summary>Makes an output's shape from lengths that were computed from inputs.</summary>
    internal static string? Shape(ReadOnlySpan<long> lengths, out TensorShape shape) =>
        TensorShape.TryCreate(lengths, out shape) ? null : $"Expected an output of at most {TensorShape.MaxRank} axes whose lengths are 0 or more, got [{string.Join(", ", lengths.ToArray())}].";
}
