using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>LpPool: the p-norm of what lies under the window, added in index order from +0: p = 1 adds |x|, p = 2 adds fl(x·x) and takes the square root, any other p
/// adds pow(|x|, p) and takes pow(sum, 1 ÷ p). Padding adds nothing. Dilations and rounding up are there since operator set 18.</summary>
internal sealed class LpPoolOperator : BoundOperator
{
    private readonly WindowGeometry _window;
    private readonly long _power;

    private LpPoolOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        _power = ReadPower(binder);
        _window = new WindowGeometry(binder, true, binder.Opset >= 18, binder.Opset >= 18);
    }

    internal static OperatorDefinition Definition { get; } = new("LpPool", 2, binder => new LpPoolOperator(binder), floats: FloatInputs.All, reachesBack: true);

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        inputs.TypeOf(0) == ElementType.Float32 ? ElementBits.Of(Norm<float>(inputs, index)) : ElementBits.Of(Norm<double>(inputs, index));

    /// <summary>Reads the attribute p.</summary>
    internal static long ReadPower(NodeBinder binder)
    {
        long power = binder.Int("p", 2);
        if (power is < 1 or > 1 << 20)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected p in [1, 2^20], got {power}.");
        }

        return power;
    }

    /// <summary>Computes what one element adds.</summary>
    internal static T Raise<T>(T value, long power)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => power switch
        {
            1 => T.Abs(value),
            2 => value * value,
            _ => FloatMath.Pow(T.Abs(value), T.CreateChecked(power)),
        };

    /// <summary>Computes the norm from the sum.</summary>
    internal static T Root<T>(T sum, long power)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => power switch
        {
            1 => sum,
            2 => T.Sqrt(sum),
            _ => FloatMath.Pow(sum, T.One / T.CreateChecked(power)),
        };

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape shape = default;
        string? fault = Faults.RequireType(inputs, 0, TypeSets.Floats)
            ?? _window.Place(input, _window.Kernel.AsSpan(), out WindowPlan plan)
            ?? plan.Shape(input[0], input[1], out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private T Norm<T>(OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _ = _window.Place(inputs.ShapeOf(0), _window.Kernel.AsSpan(), out WindowPlan plan);
        int[] offsets = inputs.MakeRoom<int>(Math.Min(plan.Taps, plan.Area));
        int count = plan.List(index % plan.Places, offsets, out _);
        long start = index / plan.Places * plan.Area;
        T sum = T.Zero;
        foreach (int offset in offsets.AsSpan(0, count))
        {
            sum += Raise(inputs.Read<T>(0, start + offset), _power);
        }

        return Root(sum, _power);
    }
}
