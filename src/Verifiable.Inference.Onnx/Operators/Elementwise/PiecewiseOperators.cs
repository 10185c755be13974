using System.Collections.Immutable;
using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The activations that need no elementary function. Attributes are binary32 numbers; in binary64 they keep their value.</summary>
internal static class PiecewiseOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define("HardSigmoid", 6, binder => new HardSigmoidFunction(binder.Float("alpha", 0.2f), binder.Float("beta", 0.5f))),
        Define("HardSwish", 14, _ => default(HardSwishFunction)),
        Define("LeakyRelu", 6, binder => new LeakyReluFunction(binder.Float("alpha", 0.01f))),
        Define("Softsign", 1, _ => default(SoftsignFunction)),
        Define("ThresholdedRelu", 10, binder => new ThresholdedReluFunction(binder.Float("alpha", 1f))),
    ];

    private static OperatorDefinition Define<TSimple>(string name, int version, Func<NodeBinder, TSimple> bind)
        where TSimple : struct, ISimpleFunction => new(name, version, binder =>
        {
            binder.Arity(1, 1);
            return new FloatOperator<Simple<TSimple>>(new Simple<TSimple>(bind(binder)));
        }, floats: FloatInputs.All, reachesBack: true);

    // min(max(t, 0), 1), with +0 for −0; NaN stays.
    private static T Unit<T>(T t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => t <= T.Zero ? T.Zero : t >= T.One ? T.One : t;

    private static Vector<T> Unit<T>(Vector<T> t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector.ConditionalSelect(
            Vector.LessThanOrEqual(t, Vector<T>.Zero), Vector<T>.Zero, Vector.ConditionalSelect(Vector.GreaterThanOrEqual(t, Vector<T>.One), Vector<T>.One, t));

    /// <summary>alpha·x + beta, cut to [0, 1].</summary>
    private readonly struct HardSigmoidFunction(float alpha, float beta) : ISimpleFunction
    {
        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Unit((T.CreateTruncating(alpha) * x) + T.CreateTruncating(beta));

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Unit((new Vector<T>(T.CreateTruncating(alpha)) * x) + new Vector<T>(T.CreateTruncating(beta)));
    }

    /// <summary>x times the hard sigmoid of x with alpha = 1/6, which is the nearest binary32, and beta = 1/2.</summary>
    private readonly struct HardSwishFunction : ISimpleFunction
    {
        private static HardSigmoidFunction Gate => new(1f / 6f, 0.5f);

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * Gate.Apply(x);

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x * Gate.Apply(x);
    }

    /// <summary>x, or alpha·x below zero.</summary>
    private readonly struct LeakyReluFunction(float alpha) : ISimpleFunction
    {
        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x < T.Zero ? T.CreateTruncating(alpha) * x : x;

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), new Vector<T>(T.CreateTruncating(alpha)) * x, x);
    }

    /// <summary>x ÷ (1 + |x|).</summary>
    private readonly struct SoftsignFunction : ISimpleFunction
    {
        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x / (T.One + T.Abs(x));

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x / (Vector<T>.One + Vector.Abs(x));
    }

    /// <summary>x above alpha, else +0; for NaN too.</summary>
    private readonly struct ThresholdedReluFunction(float alpha) : ISimpleFunction
    {
        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => x > T.CreateTruncating(alpha) ? x : T.Zero;

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            Vector.ConditionalSelect(Vector.GreaterThan(x, new Vector<T>(T.CreateTruncating(alpha))), x, Vector<T>.Zero);
    }
}
