using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The activations around the exponential function, the sigmoid and the hyperbolic tangent, each operation rounded by itself. Attributes are binary32 numbers; in
/// binary64 they keep their value.</summary>
internal static class ActivationOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define("Celu", 12, binder => new CeluFunction(binder.Float("alpha", 1f))),
        Define("Elu", 6, binder => new EluFunction(binder.Float("alpha", 1f))),
        Define("Mish", 18, _ => default(MishFunction)),
        Define("QuickGelu", 1, binder => new SwishFunction(binder.Float("alpha", 1.702f)), "com.microsoft"),
        Define("Selu", 6, binder => new SeluFunction(binder.Float("alpha", 1.67326319217681884765625f), binder.Float("gamma", 1.05070102214813232421875f))),
        Define("Swish", 24, binder => new SwishFunction(binder.Float("alpha", 1f))),
    ];

    private static OperatorDefinition Define<TAround>(string name, int version, Func<NodeBinder, TAround> bind, string domain = "")
        where TAround : struct, IAroundFunction => new(name, version, binder =>
        {
            binder.Arity(1, 1);
            return new FloatOperator<Around<TAround>>(new Around<TAround>(bind(binder)));
        }, domain: domain, floats: FloatInputs.All, reachesBack: true);

    /// <summary>x, or alpha·(exp(x ÷ alpha) − 1) below zero.</summary>
    private readonly struct CeluFunction(float alpha) : IAroundFunction
    {
        public T Before<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x / T.CreateTruncating(alpha);

        public Vector<T> Before<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x / new Vector<T>(T.CreateTruncating(alpha));

        public T Inner<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Exp(x);

        public void Inner<T>(Span<T> values)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Exp(values, values);

        public T After<T>(T x, T inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => new EluFunction(alpha).After(x, inner);

        public Vector<T> After<T>(Vector<T> x, Vector<T> inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => new EluFunction(alpha).After(x, inner);
    }

    /// <summary>x, or alpha·(exp(x) − 1) below zero.</summary>
    private readonly struct EluFunction(float alpha) : IAroundFunction
    {
        public T Before<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x;

        public Vector<T> Before<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x;

        public T Inner<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Exp(x);

        public void Inner<T>(Span<T> values)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Exp(values, values);

        public T After<T>(T x, T inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x < T.Zero ? T.CreateTruncating(alpha) * (inner - T.One) : x;

        public Vector<T> After<T>(Vector<T> x, Vector<T> inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), new Vector<T>(T.CreateTruncating(alpha)) * (inner - Vector<T>.One), x);
    }

    /// <summary>gamma·x, or gamma·(alpha·exp(x) − alpha) where x ≤ 0.</summary>
    private readonly struct SeluFunction(float alpha, float gamma) : IAroundFunction
    {
        public T Before<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x;

        public Vector<T> Before<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x;

        public T Inner<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Exp(x);

        public void Inner<T>(Span<T> values)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Exp(values, values);

        public T After<T>(T x, T inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T a = T.CreateTruncating(alpha);
            return T.CreateTruncating(gamma) * (x <= T.Zero ? (a * inner) - a : x);
        }

        public Vector<T> After<T>(Vector<T> x, Vector<T> inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var a = new Vector<T>(T.CreateTruncating(alpha));
            return new Vector<T>(T.CreateTruncating(gamma)) * Vector.ConditionalSelect(Vector.LessThanOrEqual(x, Vector<T>.Zero), (a * inner) - a, x);
        }
    }

    /// <summary>x·tanh(softplus(x)).</summary>
    private readonly struct MishFunction : IAroundFunction
    {
        public T Before<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x;

        public Vector<T> Before<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x;

        public T Inner<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Tanh(FloatMath.Softplus(x));

        public void Inner<T>(Span<T> values)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            FloatMath.Softplus(values, values);
            FloatMath.Tanh(values, values);
        }

        public T After<T>(T x, T inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * inner;

        public Vector<T> After<T>(Vector<T> x, Vector<T> inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * inner;
    }

    /// <summary>x·sigmoid(alpha·x).</summary>
    private readonly struct SwishFunction(float alpha) : IAroundFunction
    {
        public T Before<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating(alpha) * x;

        public Vector<T> Before<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => new Vector<T>(T.CreateTruncating(alpha)) * x;

        public T Inner<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Sigmoid(x);

        public void Inner<T>(Span<T> values)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Sigmoid(values, values);

        public T After<T>(T x, T inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * inner;

        public Vector<T> After<T>(Vector<T> x, Vector<T> inner)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * inner;
    }
}
