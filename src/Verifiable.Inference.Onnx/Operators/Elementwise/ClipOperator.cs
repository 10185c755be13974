using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Clip: min(max(x, lower), upper) by the rules of Max and Min. An absent bound is the least or the largest finite number of the type, as the standard has
/// it: an infinity is clipped too.</summary>
internal sealed class ClipOperator : BoundOperator
{
    private readonly float? _lower;
    private readonly float? _upper;

    private ClipOperator(NodeBinder binder, bool boundsAreInputs)
    {
        binder.Arity(1, boundsAreInputs ? 3 : 1);
        if (!boundsAreInputs)
        {
            _lower = binder.Float("min", float.MinValue);
            _upper = binder.Float("max", float.MaxValue);
        }
    }

    // Bounds are inputs since version 11; attributes are floats and have no meaning for integers.
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("Clip", 6, binder => new ClipOperator(binder, false), 10),
        new("Clip", 11, binder => new ClipOperator(binder, true)),
    ];

    internal override bool FinishesOutput => true;

    internal override bool FollowsCanonically => true;

    internal override bool CanFollow(int input) => input == 0;

    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start)
    {
        float lower = Bound(inputs, 1, _lower, float.MinValue);
        float upper = Bound(inputs, 2, _upper, float.MaxValue);
        if (ClipLoop.Fits(lower, upper))
        {
            ClipLoop.Run(values, lower, upper, values);
        }
        else
        {
            Clip(values, lower, upper, values);
            CanonicalNaN.Apply(values);
        }
    }

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) switch
    {
        ElementType.Float32 => ElementBits.Of(Clip(inputs, index, ElementBits.ToSingle, float.MinValue, float.MaxValue)),
        ElementType.Float64 => ElementBits.Of(Clip(inputs, index, ElementBits.ToDouble, double.MinValue, double.MaxValue)),
        ElementType.Int8 => ElementBits.Of(Clip(inputs, index, Signed, sbyte.MinValue, sbyte.MaxValue), ElementType.Int8),
        ElementType.Int16 => ElementBits.Of(Clip(inputs, index, Signed, short.MinValue, short.MaxValue), ElementType.Int16),
        ElementType.Int32 => ElementBits.Of(Clip(inputs, index, Signed, int.MinValue, int.MaxValue), ElementType.Int32),
        ElementType.Int64 => ElementBits.Of(Clip(inputs, index, Signed, long.MinValue, long.MaxValue), ElementType.Int64),
        ElementType.Float16 => ElementConversion.Convert(ElementBits.Of(Clip(inputs, index, Widened, -65504f, 65504f)), ElementType.Float32, ElementType.Float16),
        ElementType.BFloat16 => ElementConversion.Convert(
            ElementBits.Of(Clip(inputs, index, Widened, -LargestBrainFloat, LargestBrainFloat)), ElementType.Float32, ElementType.BFloat16),
        _ => Clip(inputs, index, (_, bits) => bits, ulong.MinValue, ulong.MaxValue),
    };

    private static float LargestBrainFloat => BitConverter.UInt32BitsToSingle(0x7F7F_0000);

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        string? fault = _lower is not null ? Faults.RequireType(inputs, 0, [.. TypeSets.Floats, ElementType.Float16, ElementType.BFloat16])
            : inputs.TypeOf(0) == ElementType.Boolean ? Faults.RequireType(inputs, 0, TypeSets.Numbers) : null;
        for (int bound = 1; bound <= 2 && fault is null; bound++)
        {
            if (inputs.Has(bound))
            {
                fault = Faults.RequireSameType(inputs, bound, 0)
                    ?? (inputs.ShapeOf(bound).ElementCount == 1 ? null : $"Expected one number as bound, got {inputs.ShapeOf(bound)}.");
            }
        }

        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output)
        {
            return;
        }

        switch (output.Signature.Type)
        {
            case ElementType.Float32: Run(context, inputs, output, float.MinValue, float.MaxValue); break;
            case ElementType.Float64: Run(context, inputs, output, double.MinValue, double.MaxValue); break;
            case ElementType.Int8: Run(context, inputs, output, sbyte.MinValue, sbyte.MaxValue); break;
            case ElementType.Int16: Run(context, inputs, output, short.MinValue, short.MaxValue); break;
            case ElementType.Int32: Run(context, inputs, output, int.MinValue, int.MaxValue); break;
            case ElementType.Int64: Run(context, inputs, output, long.MinValue, long.MaxValue); break;
            case ElementType.UInt8: Run(context, inputs, output, byte.MinValue, byte.MaxValue); break;
            case ElementType.UInt16: Run(context, inputs, output, ushort.MinValue, ushort.MaxValue); break;
            case ElementType.UInt32: Run(context, inputs, output, uint.MinValue, uint.MaxValue); break;
            case ElementType.UInt64: Run(context, inputs, output, ulong.MinValue, ulong.MaxValue); break;
            default: base.ComputeCore(context, inputs, outputs); break;
        }
    }

    private static T Clip<T>(T value, T lower, T upper)
        where T : unmanaged, INumber<T> => VariadicOperators.MinFunction.Apply(VariadicOperators.MaxFunction.Apply(value, lower), upper);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Clip<T>(ReadOnlySpan<T> x, T lower, T upper, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var least = new Vector<T>(lower);
            var most = new Vector<T>(upper);
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector.Min(Vector.Max(new Vector<T>(x[i..]), least), most).CopyTo(y[i..]);
            }
        }

        for (; i < x.Length; i++)
        {
            y[i] = Clip(x[i], lower, upper);
        }
    }

    private static long Signed(ElementType type, ulong bits) => ElementBits.ToInt64(bits, type);

    private static float Widened(ElementType type, ulong bits) => ElementBits.ToSingle(ElementConversion.Convert(bits, type, ElementType.Float32));

    // The bounds of attributes are binary32 and stand for every float type.
    private static T Bound<T>(ReadOnlySpan<TensorValue?> inputs, int input, float? attribute, T otherwise)
        where T : unmanaged, INumber<T> =>
        inputs.Length > input && inputs[input] is TensorValue bound ? ElementRuns.Of<T>(bound)[0] : attribute is float value ? T.CreateSaturating(value) : otherwise;

    private void Run<T>(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, TensorBuffer output, T least, T most)
        where T : unmanaged, INumber<T>
    {
        TensorValue input = inputs[0]!;
        T lower = Bound(inputs, 1, _lower, least);
        T upper = Bound(inputs, 2, _upper, most);
        ElementRuns.For<T>(context, output, 1, (elements, start) => Clip(ElementRuns.Of<T>(input).Slice(start, elements.Length), lower, upper, elements));
    }

    private T Clip<T>(OperatorInputs inputs, long index, Func<ulong, T> read, T least, T most)
        where T : unmanaged, INumber<T> => Clip(inputs, index, (_, bits) => read(bits), least, most);

    private T Clip<T>(OperatorInputs inputs, long index, Func<ElementType, ulong, T> read, T least, T most)
        where T : unmanaged, INumber<T>
    {
        ElementType type = inputs.TypeOf(0);
        T lower = inputs.Has(1) ? read(type, inputs.ReadBits(1, 0)) : _lower is float below ? T.CreateSaturating(below) : least;
        T upper = inputs.Has(2) ? read(type, inputs.ReadBits(2, 0)) : _upper is float above ? T.CreateSaturating(above) : most;
        return Clip(read(type, inputs.ReadBits(0, index)), lower, upper);
    }
}
