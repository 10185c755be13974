using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// InstanceNormalization and GroupNormalization: the channels of a group and all spatial axes are a row, normalised as <see cref="RowNormalization"/> has it, with one
/// factor and one addend a channel; version 18 of GroupNormalization has them a group. An instance is a group of one channel.
/// </summary>
internal sealed class ChannelNormalizationOperator : BoundOperator
{
    private readonly long? _groups;
    private readonly bool _factorsAreOfGroups;
    private readonly float _epsilon;

    private ChannelNormalizationOperator(NodeBinder binder, bool hasGroups, bool factorsAreOfGroups)
    {
        binder.Arity(3, 3);
        _epsilon = binder.Float("epsilon", 1e-5f);
        _groups = hasGroups ? binder.RequiredInt("num_groups") : null;
        _factorsAreOfGroups = factorsAreOfGroups;
        if (_groups < 1)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected at least one group, got num_groups = {_groups}.");
        }

        if (hasGroups && !factorsAreOfGroups && binder.Int("stash_type", 1) is var stash && stash != (long)ElementType.Float32)
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected to compute in binary32, got stash_type = {stash}.");
        }
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("InstanceNormalization", 6, binder => new ChannelNormalizationOperator(binder, false, false), floats: FloatInputs.Of(0, 1, 2)),
        new("GroupNormalization", 18, binder => new ChannelNormalizationOperator(binder, true, true), 20, floats: FloatInputs.Of(0, 1, 2)),
        new("GroupNormalization", 21, binder => new ChannelNormalizationOperator(binder, true, false), floats: FloatInputs.Of(0, 1, 2)),
    ];

    internal override bool FinishesOutput => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        inputs.TypeOf(0) == ElementType.Float64 ? ElementBits.Of(Element<double>(inputs, index)) : ElementBits.Of(Element<float>(inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = inputs.ShapeOf(0);
        outputs[0] = inputs.SignatureOf(0)!.Value;
        if (shape.Rank < 2)
        {
            return $"Expected an input of batch and channels, got {shape}.";
        }

        if (_groups is { } groups && shape[1] % groups != 0)
        {
            return $"Expected channels in {groups} equal groups, got {shape}.";
        }

        var factors = new TensorShape(_factorsAreOfGroups ? _groups!.Value : shape[1]);
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64);
        for (int input = 1; input <= 2 && fault is null; input++)
        {
            fault = Faults.RequireSameType(inputs, input, 0) ?? (inputs.ShapeOf(input) == factors ? null : $"Expected input {input} of shape {factors} beside {shape}, got {inputs.ShapeOf(input)}.");
        }

        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        if (output.Signature.Type == ElementType.Float64)
        {
            Compute<double>(context, inputs[0]!, inputs[1]!, inputs[2]!, output);
        }
        else
        {
            Compute<float>(context, inputs[0]!, inputs[1]!, inputs[2]!, output);
        }
    }

    // The number of groups, of channels of each, and of elements of a channel.
    private (int Groups, int Channels, int Area) Sizes(TensorShape shape)
    {
        long groups = _groups ?? shape[1];
        return (checked((int)groups), (int)(groups == 0 ? 0 : shape[1] / groups), Walk.Product(shape, 2, shape.Rank));
    }

    private void Compute<T>(OperatorContext context, TensorValue input, TensorValue scale, TensorValue bias, TensorBuffer output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int groups, int channels, int area) = Sizes(input.Shape);
        int length = channels * area;
        context.For(output.Length / length, 4L * length, (from, to) =>
        {
            for (int item = from; item < to; item++)
            {
                ReadOnlySpan<T> row = input.AsSpan<T>().Slice(item * length, length);
                (T Mean, T Deviation) moments = RowNormalization.Moments(row, true, T.CreateChecked(_epsilon));
                for (int channel = 0; channel < channels; channel++)
                {
                    int factor = _factorsAreOfGroups ? item % groups : (item % groups * channels) + channel;
                    int start = (item * length) + (channel * area);
                    Span<T> y = output.AsSpan<T>().Slice(start, area);
                    RowNormalization.Apply(row.Slice(channel * area, area), y, moments, scale.AsSpan<T>()[factor], bias.AsSpan<T>()[factor]);
                    RowFunctions.Finish(context, y, start);
                }
            }
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T Element<T>(OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int groups, int channels, int area) = Sizes(inputs.ShapeOf(0));
        int length = checked(channels * area);
        long item = index / length;
        T[] row = inputs.MakeRoom<T>(length);
        for (int i = 0; i < length; i++)
        {
            row[i] = inputs.Read<T>(0, (item * length) + i);
        }

        T mean = FloatReduction.Plain<T>(ReduceKind.Mean, row);
        for (int i = 0; i < length; i++)
        {
            row[i] -= mean;
        }

        T variance = FloatReduction.Plain<T>(ReduceKind.SumSquare, row) / T.CreateChecked(length);
        T deviation = T.Sqrt(variance + T.CreateChecked(_epsilon));
        long factor = _factorsAreOfGroups ? item % groups : (item % groups * channels) + (index % length / area);
        T scaled = row[index % length] / deviation * inputs.Read<T>(1, factor);
        return scaled + inputs.Read<T>(2, factor);
    }
}
