using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Resize, and Upsample before version 10. Nearest takes one element; linear and cubic are interpolated along the last axis first and the first axis last, each output
/// a sum of products in index order, every product and every sum rounded by itself. Integers are interpolated in binary32 and converted as Cast does.
/// </summary>
internal sealed class ResizeOperator : BoundOperator
{
    // 4096 by 4096: more is no image.
    private const long MostTaps = 1 << 24;

    private readonly ResizeAttributes _attributes;
    private readonly int _scales = -1;
    private readonly int _sizes = -1;
    private readonly int _regions = -1;
    private readonly ImmutableArray<float> _constantScales;

    private ResizeOperator(NodeBinder binder, bool isUpsample)
    {
        _attributes = isUpsample ? ResizeAttributes.OfUpsample(binder) : ResizeAttributes.OfResize(binder);
        if (isUpsample && binder.Opset < 9)
        {
            binder.Arity(1, 1);
            _constantScales = binder.Floats("scales");
            if (_constantScales.IsDefault)
            {
                binder.Refuse(ModelRefusalReason.BadAttribute, "Expected the attribute 'scales'.");
            }

            return;
        }

        if (isUpsample || binder.Opset < 11)
        {
            binder.Arity(2, 2);
            _scales = 1;
            return;
        }

        binder.Arity(1, 4);
        (_regions, _scales, _sizes) = (1, 2, 3);
    }

    // Upsample became Resize in version 10.
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("Resize", 10, binder => new ResizeOperator(binder, false), floats: FloatInputs.Of(0)),
        new("Upsample", 7, binder => new ResizeOperator(binder, true), 9, floats: FloatInputs.Of(0)),
    ];

    private protected override bool OnlyMoves => _attributes.Mode == "nearest";

    private bool IsNearest => _attributes.Mode == "nearest";

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Plan(inputs, out ResizePlan? plan);
        ElementType type = inputs.TypeOf(0);
        long[] coordinates = RowMajor.Coordinates(index, plan!.Shape);
        for (int axis = 0; axis < coordinates.Length; axis++)
        {
            ResizeAxis line = plan.Axes[axis];
            float at = line.Coordinate(_attributes, coordinates[axis]);
            if (line.IsOutside(_attributes, at))
            {
                return Extrapolation(type);
            }

            coordinates[axis] = IsNearest ? line.Nearest(_attributes, at) : coordinates[axis];
        }

        if (IsNearest)
        {
            return inputs.ReadBits(0, RowMajor.Index(coordinates, RowMajor.Strides(inputs.ShapeOf(0))));
        }

        return type == ElementType.Float64
            ? ElementBits.Of(ResizeInterpolation<double>.Element(inputs, plan, _attributes, coordinates))
            : ElementConversion.Convert(ElementBits.Of(ResizeInterpolation<float>.Element(inputs, plan, _attributes, coordinates)), ElementType.Float32, type);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        if (Plan(inputs, out ResizePlan? plan) is string fault)
        {
            return fault;
        }

        outputs[0] = new TensorSignature(inputs.TypeOf(0), plan!.Shape);
        Int128 taps = 1;
        foreach (ResizeAxis axis in IsNearest || plan.Shape.ElementCount == 0 ? [] : plan.Axes)
        {
            inputs.CancellationToken.ThrowIfCancellationRequested();

            inputs.Spend(axis.Length == axis.Output ? axis.Output : 1);
            // One element is a sum over the taps of all axes together.
            taps *= axis.Output > 0 && !axis.IsSame(_attributes) ? Int128.Max(1, axis.TapCount(_attributes)) : 1;
            if (taps > MostTaps)
            {
                return $"Expected an element to be made of at most {MostTaps} taps over all axes, got more.";
            }

            if (axis.Output > 0 && axis.TapCount(_attributes) > (4 * (Int128)axis.Length) + 64)
            {
                return $"Expected scales near the ratio of the lengths, got {axis.Scale} from {axis.Length} to {axis.Output}.";
            }
        }

        return null;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return 0;
        }

        _ = Plan(new TensorInputs(inputs.ToArray()), out ResizePlan? plan);
        return IsNearest ? IndexedCopy.ScratchBytes(output.Signature.Shape) : ResizeInterpolation<double>.ScratchBytes(inputs[0]!.Shape, plan!, _attributes);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        _ = Plan(new TensorInputs(inputs.ToArray()), out ResizePlan? plan);
        if (IsNearest)
        {
            int[][] tables = IndexedCopy.Tables(input.Shape, output.Signature.Shape, (axis, i) =>
            {
                float at = plan!.Axes[axis].Coordinate(_attributes, i);
                return plan.Axes[axis].IsOutside(_attributes, at) ? -1 : plan.Axes[axis].Nearest(_attributes, at);
            });
            IndexedCopy.Run(context, input, output, tables, Extrapolation(input.Type));
            return;
        }

        if (input.Type == ElementType.Float64)
        {
            new ResizeInterpolation<double>(plan!, _attributes).Run(context, input, output);
        }
        else
        {
            new ResizeInterpolation<float>(plan!, _attributes).Run(context, input, output);
        }
    }

    private ulong Extrapolation(ElementType type) => ElementConversion.Convert(ElementBits.Of(_attributes.Extrapolation), ElementType.Float32, type);

    private string? Plan(OperatorInputs inputs, out ResizePlan? plan)
    {
        TensorShape shape = inputs.ShapeOf(0);
        plan = null;
        if (!IsNearest && inputs.TypeOf(0) == ElementType.Boolean)
        {
            return $"Expected numbers to interpolate, got {inputs.SignatureOf(0)}.";
        }

        long[] named = _attributes.Axes.IsDefault ? [.. Enumerable.Range(0, shape.Rank)] : [.. _attributes.Axes];
        if (ShapeInputs.ResolveAxes(named, shape.Rank, out int[] chosen) is string fault)
        {
            return fault;
        }

        var regions = new (float Start, float End)[shape.Rank];
        if (_attributes.HasRegion && ResizePlan.ReadRegions(inputs, _regions, chosen, regions) is string wrong)
        {
            return wrong;
        }

        // An empty list stands for an absent one.
        if (_sizes >= 0 && inputs.Has(_sizes) && inputs.ShapeOf(_sizes).ElementCount > 0)
        {
            fault = ShapeInputs.ReadList(inputs, _sizes, out long[] sizes)!;
            fault ??= sizes.Length == chosen.Length ? null! : $"Expected {chosen.Length} sizes, got {sizes.Length}.";
            return fault ?? ResizePlan.OfSizes(shape, sizes, chosen, _attributes.Policy, regions, out plan);
        }

        float[] scales = new float[shape.Rank];
        scales.AsSpan().Fill(1f);
        return ReadScales(inputs, chosen, scales) ?? ResizePlan.OfScales(shape, scales, regions, _attributes.HasRegion, out plan);
    }

    private string? ReadScales(OperatorInputs inputs, int[] chosen, float[] scales)
    {
        bool isThere = _scales < 0 || (inputs.Has(_scales) && inputs.TypeOf(_scales) == ElementType.Float32);
        long count = !isThere ? -1 : _scales < 0 ? _constantScales.Length : inputs.ShapeOf(_scales).ElementCount;
        if (count != chosen.Length)
        {
            return $"Expected {chosen.Length} scales of type {ElementType.Float32}, got {(_scales < 0 ? $"{count}" : inputs.Has(_scales) ? $"{inputs.SignatureOf(_scales)}" : "none")}.";
        }

        for (int i = 0; i < chosen.Length; i++)
        {
            scales[chosen[i]] = _scales < 0 ? _constantScales[i] : inputs.ReadSingle(_scales, i);
        }

        return null;
    }
}
