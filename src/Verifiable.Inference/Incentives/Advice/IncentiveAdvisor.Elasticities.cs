using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

public static partial class IncentiveAdvisor
{
    // Beyond this a derivative would cost more than it tells.
    private const int GreatestDegree = 64;

    // The threshold is x = −A / B of the binding line; by another parameter t it moves by −(A'B − AB') / B².
    private static ImmutableArray<AdviceElasticity> Elasticities(AdviceModel model, ConditionLine binding, int free)
    {
        Rational threshold = -binding.AtZero / binding.Slope;
        List<AdviceElasticity> elasticities = [];
        for (int index = 0; index < model.Parameters.Length; index++)
        {
            if (index == free || model.Parameters[index].Degree > GreatestDegree || !binding.IsCorner)
            {
                continue;
            }

            Rational atZero = Derivative(model, binding, index, free, Rational.Zero);
            Rational slope = Derivative(model, binding, index, free, Rational.One) - atZero;
            Rational derivative = -((atZero * binding.Slope) - (binding.AtZero * slope)) / (binding.Slope * binding.Slope);
            elasticities.Add(new AdviceElasticity(model.Parameters[index].Symbol, derivative, derivative * binding.Corner[index] / threshold));
        }

        return [.. elasticities];
    }

    // Exact: the slack is a polynomial of known degree, so its values at degree + 1 points tell it whole.
    private static Rational Derivative(AdviceModel model, ConditionLine binding, int index, int free, Rational x)
    {
        int degree = model.Parameters[index].Degree;
        var values = new Rational[degree + 1];
        ImmutableArray<Rational> point = binding.Corner.SetItem(free, x);
        for (int node = 0; node <= degree; node++)
        {
            Rational step = degree == 0 ? Rational.Zero : new Rational(node, degree);
            values[node] = model.Conditions(point.SetItem(index, point[index] + step))[binding.Condition].Line(binding.Margin);
        }

        return BernsteinLines.DerivativeAtFirst(values);
    }
}
