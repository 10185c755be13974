using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// GELU in its two forms, each operation rounded by itself: <c>(½·x)·(1 + erf(x·√½))</c>, and <c>(½·x)·(1 + tanh(x·(b + c·(x·x))))</c> with b = √(2/π) and
/// c = 0.044715·b. The constants are the nearest binary32, in binary64 the nearest binary64.
/// </summary>
internal static class GeluOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("Gelu", 20, BindStandard, floats: FloatInputs.All),
        new("Gelu", 1, binder => Unary<ErfFunction>(binder), domain: "com.microsoft", floats: FloatInputs.All),
        new("BiasGelu", 1, binder => Biased<ErfFunction>(binder, 2), domain: "com.microsoft", floats: FloatInputs.All),
        new("FastGelu", 1, binder => Biased<TanhFunction>(binder, 1), domain: "com.microsoft", floats: FloatInputs.All),
    ];

    private static BoundOperator BindStandard(NodeBinder binder)
    {
        string form = binder.Text("approximate", "none");
        if (form is not ("none" or "tanh"))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected 'approximate' to be none or tanh, got '{form}'.");
        }

        return form == "tanh" ? Unary<TanhFunction>(binder) : Unary<ErfFunction>(binder);
    }

    private static FloatOperator<Around<TAround>> Unary<TAround>(NodeBinder binder)
        where TAround : struct, IAroundFunction
    {
        binder.Arity(1, 1);
        return new FloatOperator<Around<TAround>>(default);
    }

    private static BoundOperator Biased<TAround>(NodeBinder binder, int leastInputs)
        where TAround : struct, IAroundFunction
    {
        binder.Arity(leastInputs, 2);
        return binder.Node.HasInput(1) ? new BiasedOperator<Around<TAround>>(default) : new FloatOperator<Around<TAround>>(default);
    }

    private static T Number<T>(float narrow, double wide)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float) ? T.CreateTruncating(narrow) : T.CreateTruncating(wide);

    private readonly struct ErfFunction : IAroundFunction
    {
        public T Before<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * Factor<T>();

        public Vector<T> Before<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * new Vector<T>(Factor<T>());

        public T Inner<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Erf(x);

        public void Inner<T>(Span<T> values)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Erf(values, values);

        public T After<T>(T x, T inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Number<T>(0.5f, 0.5) * x * (T.One + inner);

        public Vector<T> After<T>(Vector<T> x, Vector<T> inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => new Vector<T>(Number<T>(0.5f, 0.5)) * x * (Vector<T>.One + inner);

        private static T Factor<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Number<T>(0.70710678118654752440f, 0.70710678118654752440);
    }

    private readonly struct TanhFunction : IAroundFunction
    {
        public T Before<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * (Linear<T>() + (Cubic<T>() * (x * x)));

        public Vector<T> Before<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * (new Vector<T>(Linear<T>()) + (new Vector<T>(Cubic<T>()) * (x * x)));

        public T Inner<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Tanh(x);

        public void Inner<T>(Span<T> values)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Tanh(values, values);

        public T After<T>(T x, T inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => default(ErfFunction).After(x, inner);

        public Vector<T> After<T>(Vector<T> x, Vector<T> inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => default(ErfFunction).After(x, inner);

        private static T Linear<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Number<T>(0.79788456080286535588f, 0.79788456080286535588);

        private static T Cubic<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Number<T>(0.035677408136300125f, 0.035677408136300125);
    }
}
