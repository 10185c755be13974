using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>One of the activations that recurrent cells name by text, with its factors, which are binary32 numbers. Immutable.</summary>
internal sealed class RecurrentActivation
{
    // How many factors an activation has, and their defaults: those of the operator of the same name. Affine and ScaledTanh have none.
    private static readonly ImmutableDictionary<string, float[]> _defaults = new Dictionary<string, float[]>(StringComparer.Ordinal)
    {
        ["Affine"] = [float.NaN, float.NaN],
        ["Elu"] = [1f],
        ["HardSigmoid"] = [0.2f, 0.5f],
        ["LeakyRelu"] = [0.01f],
        ["Relu"] = [],
        ["ScaledTanh"] = [float.NaN, float.NaN],
        ["Sigmoid"] = [],
        ["Softplus"] = [],
        ["Softsign"] = [],
        ["Tanh"] = [],
        ["ThresholdedRelu"] = [1f],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private RecurrentActivation(string name, float alpha, float beta)
    {
        Name = name;
        Alpha = alpha;
        Beta = beta;
    }

    internal string Name { get; }

    internal float Alpha { get; }

    internal float Beta { get; }

    /// <summary>Reads the activations of all directions. Factors go, in the order of the activations, to those that have such a factor.</summary>
    /// <param name="binder">The graph node.</param>
    /// <param name="directions">How many directions there are.</param>
    /// <param name="names">The activations of one direction where the graph node names none.</param>
    internal static ImmutableArray<RecurrentActivation> Read(NodeBinder binder, int directions, params ReadOnlySpan<string> names)
    {
        ImmutableArray<string> stated = binder.Texts("activations");
        ImmutableArray<float> alphas = binder.Floats("activation_alpha");
        ImmutableArray<float> betas = binder.Floats("activation_beta");
        var activations = new RecurrentActivation[names.Length * directions];
        if (!stated.IsDefaultOrEmpty && stated.Length != activations.Length)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected {activations.Length} activations, got [{string.Join(", ", stated)}].");
            stated = default;
        }

        int alphasUsed = 0;
        int betasUsed = 0;
        for (int i = 0; i < activations.Length; i++)
        {
            string name = stated.IsDefaultOrEmpty ? names[i % names.Length] : stated[i];
            if (!_defaults.TryGetValue(name, out float[]? factors))
            {
                binder.Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected activations among [{string.Join(", ", _defaults.Keys.Order(StringComparer.Ordinal))}], got '{name}'.");
                factors = [];
            }

            float alpha = factors.Length > 0 ? Take(alphas, ref alphasUsed, factors[0]) : 0f;
            float beta = factors.Length > 1 ? Take(betas, ref betasUsed, factors[1]) : 0f;
            if (float.IsNaN(alpha) || float.IsNaN(beta))
            {
                binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected numbers for activation_alpha and activation_beta of '{name}', which have no defaults.");
            }

            activations[i] = new RecurrentActivation(name, alpha, beta);
        }

        if (Count(alphas) != alphasUsed || Count(betas) != betasUsed)
        {
            binder.Refuse(
                ModelRefusalReason.BadAttribute, $"Expected at most {alphasUsed} entries of activation_alpha and {betasUsed} of activation_beta, got {Count(alphas)} and {Count(betas)}.");
        }

        return [.. activations];
    }

    /// <summary>Applies the activation to one number.</summary>
    internal T Apply<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T alpha = T.CreateTruncating(Alpha);
        T beta = T.CreateTruncating(Beta);
        return Name switch
        {
            "Affine" => (alpha * x) + beta,
            "Elu" => x < T.Zero ? alpha * (FloatMath.Exp(x) - T.One) : x,
            "HardSigmoid" => Unit((alpha * x) + beta),
            "LeakyRelu" => x < T.Zero ? alpha * x : x,
            "Relu" => x <= T.Zero ? T.Zero : x,
            "ScaledTanh" => alpha * FloatMath.Tanh(beta * x),
            "Sigmoid" => FloatMath.Sigmoid(x),
            "Softplus" => FloatMath.Softplus(x),
            "Softsign" => x / (T.One + T.Abs(x)),
            "ThresholdedRelu" => x >= alpha ? x : T.Zero,
            _ => FloatMath.Tanh(x),
        };
    }

    /// <summary>Applies the activation to every number.</summary>
    internal void Apply<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (Name)
        {
            case "Sigmoid":
                FloatMath.Sigmoid(values, values);
                break;
            case "Tanh":
                FloatMath.Tanh(values, values);
                break;
            default:
                foreach (ref T value in values)
                {
                    value = Apply(value);
                }

                break;
        }
    }

    private static int Count(ImmutableArray<float> factors) => factors.IsDefault ? 0 : factors.Length;

    private static float Take(ImmutableArray<float> factors, ref int used, float missing) => used < Count(factors) ? factors[used++] : missing;

    private static T Unit<T>(T t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => t <= T.Zero ? T.Zero : t >= T.One ? T.One : t;
}
