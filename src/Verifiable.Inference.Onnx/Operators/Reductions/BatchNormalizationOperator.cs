using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>BatchNormalization in inference: s = scale ÷ √(variance + ε), then (x − mean)·s + bias, every step rounded. Training is <see cref="BatchNormalizationTraining"/>.</summary>
internal sealed class BatchNormalizationOperator : BoundOperator
{
    private const int ElementsOfRun = 4096;

    private readonly float _epsilon;
    private readonly float[]? _factors;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private BatchNormalizationOperator(NodeBinder binder)
    {
        binder.Arity(5, 5);
        _epsilon = binder.Float("epsilon", 1e-5f);
        binder.Ignore("momentum");
        if (binder.Opset >= 14 && binder.Flag("training_mode"))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected inference, got training_mode = 1.");
        }

        if (binder.Opset < 9 && !binder.Flag("spatial", true))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected statistics a channel, got spatial = 0.");
        }

        if (binder.Constant(1) is TensorValue { Type: ElementType.Float32 } scale && binder.Constant(4) is TensorValue { Type: ElementType.Float32 } variance
            && scale.Length == variance.Length && binder.TryReserve((Int128)scale.Length * sizeof(float)))
        {
            _factors = new float[scale.Length];
            for (int i = 0; i < _factors.Length; i++)
            {
                _factors[i] = Factor(scale.AsSpan<float>()[i], variance.AsSpan<float>()[i]);
            }
        }
    }

    internal static OperatorDefinition Definition { get; } = new("BatchNormalization", 7, binder => new BatchNormalizationOperator(binder), floats: FloatInputs.All);

    internal override bool FinishesOutput => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) == ElementType.Float32
        ? ElementBits.Of(Apply<float>(inputs, index, _epsilon))
        : ElementBits.Of(Apply<double>(inputs, index, _epsilon));

    internal override bool CanFollow(int input) => input == 0;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start)
    {
        int channels = (int)Channels(shape);
        int area = Walk.Product(shape, 2, shape.Rank);
        ReadOnlySpan<float> shifts = inputs[2]!.AsSpan<float>();
        ReadOnlySpan<float> centers = inputs[3]!.AsSpan<float>();
        int channel = start / area % channels;
        int count = area - (start % area);
        while (!values.IsEmpty)
        {
            // The runs of single channels, of which the first and the last may be cut.
            count = Math.Min(count, values.Length);
            float factor = _factors is not null ? _factors[channel] : Factor(inputs[1]!.AsSpan<float>()[channel], inputs[4]!.AsSpan<float>()[channel]);
            Scale(values[..count], centers[channel], factor, shifts[channel]);
            values = values[count..];
            channel = channel + 1 == channels ? 0 : channel + 1;
            count = area;
        }
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = inputs.ShapeOf(0);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        for (int input = 0; input < 5; input++)
        {
            if ((Faults.RequireType(inputs, input, ElementType.Float32, ElementType.Float64) ?? Faults.RequireSameType(inputs, input, 0)) is string fault)
            {
                return fault;
            }

            if (input > 0 && inputs.ShapeOf(input) != new TensorShape(Channels(shape)))
            {
                return $"Expected input {input} of shape [{Channels(shape)}] beside {shape}, got {inputs.ShapeOf(input)}.";
            }
        }

        return shape.Rank == 0 ? "Expected a batch axis, got a scalar." : null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        if (output.Signature.Type != ElementType.Float32)
        {
            base.ComputeCore(context, inputs, outputs);
            return;
        }

        TensorValue?[] all = inputs.ToArray();
        TensorShape shape = all[0]!.Shape;
        int area = Walk.Product(shape, 2, shape.Rank);
        context.For(output.Length / area, area, (from, to) =>
        {
            // A few planes at a time, so that each step finds them in cache.
            int step = Math.Max(1, ElementsOfRun / area) * area;
            for (int start = from * area; start < to * area; start += step)
            {
                int end = Math.Min(to * area, start + step);
                Span<float> values = output.AsSpan<float>()[start..end];
                all[0]!.AsSpan<float>()[start..end].CopyTo(values);
                Follow(all, 0, shape, values, start);
                context.Finish(values, start);
            }
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Scale(Span<float> values, float center, float factor, float shift)
    {
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref float first = ref MemoryMarshal.GetReference(values);
            (Vector512<float> centers, Vector512<float> factors, Vector512<float> shifts) = (Vector512.Create(center), Vector512.Create(factor), Vector512.Create(shift));
            for (; i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> scaled = (Vector512.LoadUnsafe(ref first, (nuint)i) - centers) * factors;
                (scaled + shifts).StoreUnsafe(ref first, (nuint)i);
            }
        }

        foreach (ref float value in values[i..])
        {
            float scaled = (value - center) * factor;
            value = scaled + shift;
        }
    }

    private static T Apply<T>(OperatorInputs inputs, long index, float epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape shape = inputs.ShapeOf(0);
        long channel = index / Walk.Product(shape, 2, shape.Rank) % Channels(shape);
        T factor = inputs.Read<T>(1, channel) / T.Sqrt(inputs.Read<T>(4, channel) + T.CreateTruncating(epsilon));
        T centered = inputs.Read<T>(0, index) - inputs.Read<T>(3, channel);
        T scaled = centered * factor;
        return scaled + inputs.Read<T>(2, channel);
    }

    private static long Channels(TensorShape shape) => shape.Rank < 2 ? 1 : shape[1];

    private float Factor(float scale, float variance) => scale / MathF.Sqrt(variance + _epsilon);
}
