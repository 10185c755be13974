using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The operators of one input that work element by element.</summary>
internal static class UnaryOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define<AbsFunction>("Abs"),
        Define<ExpFunction>("Exp"),
        Define<LogFunction>("Log"),
        Define<NegFunction>("Neg"),
        Define<ReluFunction>("Relu"),
        Define<SigmoidFunction>("Sigmoid"),
        Define<SqrtFunction>("Sqrt"),
        Define<TanhFunction>("Tanh"),
    ];

    private static OperatorDefinition Define<TFunction>(string name)
        where TFunction : struct, IUnaryFunction => new(name, 6, binder =>
        {
            binder.Arity(1, 1);
            return new UnaryOperator<TFunction>();
        }, floats: FloatInputs.All with { HasDouble = false });

    private static void Each<TFunction>(ReadOnlySpan<float> x, Span<float> y)
        where TFunction : struct, IUnaryFunction
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = TFunction.Apply(x[i]);
        }
    }

    private readonly struct AbsFunction : IUnaryFunction
    {
        public static long Work => 1;

        public static float Apply(float x) => MathF.Abs(x);

        public static void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Abs(x, y);
    }

    private readonly struct NegFunction : IUnaryFunction
    {
        public static long Work => 1;

        public static float Apply(float x) => -x;

        public static void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Negate(x, y);
    }

    private readonly struct SqrtFunction : IUnaryFunction
    {
        public static long Work => 4;

        public static float Apply(float x) => MathF.Sqrt(x);

        public static void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Sqrt(x, y);
    }

    private readonly struct ExpFunction : IUnaryFunction
    {
        public static long Work => 16;

        public static float Apply(float x) => CanonicalMath.Exp(x);

        public static void Apply(ReadOnlySpan<float> x, Span<float> y) => Each<ExpFunction>(x, y);
    }

    private readonly struct LogFunction : IUnaryFunction
    {
        public static long Work => 32;

        public static float Apply(float x) => CanonicalMath.Log(x);

        public static void Apply(ReadOnlySpan<float> x, Span<float> y) => Each<LogFunction>(x, y);
    }

    private readonly struct SigmoidFunction : IUnaryFunction
    {
        public static long Work => 32;

        public static float Apply(float x) => CanonicalMath.Sigmoid(x);

        public static void Apply(ReadOnlySpan<float> x, Span<float> y) => Each<SigmoidFunction>(x, y);
    }

    private readonly struct TanhFunction : IUnaryFunction
    {
        public static long Work => 32;

        public static float Apply(float x) => CanonicalMath.Tanh(x);

        public static void Apply(ReadOnlySpan<float> x, Span<float> y) => Each<TanhFunction>(x, y);
    }

    /// <summary>max(x, +0) by the rule of <see cref="CanonicalMath.Max"/>: −0 becomes +0, NaN stays.</summary>
    private readonly struct ReluFunction : IUnaryFunction
    {
        public static long Work => 1;

        public static float Apply(float x) => x <= 0f ? 0f : x;

        public static void Apply(ReadOnlySpan<float> x, Span<float> y)
        {
            int i = 0;
            for (; Vector.IsHardwareAccelerated && i + Vector<float>.Count <= x.Length; i += Vector<float>.Count)
            {
                var value = new Vector<float>(x[i..]);
                Vector.ConditionalSelect(Vector.LessThanOrEqual(value, Vector<float>.Zero), Vector<float>.Zero, value).CopyTo(y[i..]);
            }

            for (; i < x.Length; i++)
            {
                y[i] = Apply(x[i]);
            }
        }
    }
}
