using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Reads the few integers of inputs that decide an output's shape; <see langword="null"/> where they are what was expected.</summary>
internal static class ShapeInputs
{
    /// <summary>Reads a list of integers, one for an axis.</summary>
    internal static string? ReadList(OperatorInputs inputs, int input, out long[] values, int most = TensorShape.MaxRank)
    {
        values = [];
        string? fault = Faults.RequireType(inputs, input, ElementType.Int64, ElementType.Int32) ?? Faults.RequireRank(inputs, input, 1);
        if (fault is not null)
        {
            return fault;
        }

        if (inputs.ShapeOf(input).ElementCount > most)
        {
            return $"Expected a list of at most {most} integers as input {input}, got {inputs.ShapeOf(input)}.";
        }

        values = inputs.ReadIntegers(input);
        return null;
    }

    /// <summary>Reads a list of axes; one axis is often a scalar in files of version 13, which runtimes accept.</summary>
    internal static string? ReadAxes(OperatorInputs inputs, int input, out long[] values)
    {
        if (inputs.ShapeOf(input).Rank > 0)
        {
            return ReadList(inputs, input, out values);
        }

        string? fault = ReadOne(inputs, input, out long value);
        values = [value];
        return fault;
    }

    /// <summary>Requires an input of one element and at most one axis.</summary>
    internal static string? RequireOne(OperatorInputs inputs, int input) =>
        inputs.ShapeOf(input) is { ElementCount: 1, Rank: <= 1 } ? null : $"Expected one element as input {input}, got {inputs.ShapeOf(input)}.";

    /// <summary>Reads one integer.</summary>
    internal static string? ReadOne(OperatorInputs inputs, int input, out long value)
    {
        string? fault = Faults.RequireType(inputs, input, ElementType.Int64, ElementType.Int32) ?? RequireOne(inputs, input);
        value = fault is null ? inputs.ReadInteger(input, 0) : 0;
        return fault;
    }

    /// <summary>Resolves axes that may count from the end and must be distinct.</summary>
    internal static string? ResolveAxes(ReadOnlySpan<long> axes, int rank, out int[] resolved)
    {
        resolved = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            if (Faults.ResolveAxis(axes[i], rank, false, out resolved[i]) is string fault)
            {
                return fault;
            }

            if (resolved.AsSpan(0, i).Contains(resolved[i]))
            {
                return $"Expected distinct axes, got [{string.Join(", ", axes.ToArray())}].";
            }
        }

        return null;
    }
}
