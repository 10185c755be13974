using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>A payoff as a form over the real parameters and a form over the infinitesimal ones, which decides only where the first is zero.</summary>
internal readonly record struct PayoffTerm(LinearForm Real, LinearForm Infinitesimal)
{
    public static PayoffTerm Zero { get; } = new(LinearForm.Zero, LinearForm.Zero);

    public static PayoffTerm operator +(PayoffTerm left, PayoffTerm right) => new(left.Real + right.Real, left.Infinitesimal + right.Infinitesimal);

    public static PayoffTerm operator -(PayoffTerm left, PayoffTerm right) => new(left.Real - right.Real, left.Infinitesimal - right.Infinitesimal);

    public static PayoffTerm operator *(Rational factor, PayoffTerm term) => new(factor * term.Real, factor * term.Infinitesimal);

    public static PayoffTerm Of(Rational value) => new(LinearForm.Of(value), LinearForm.Zero);

    // Static: an instance method's receiver could be the very variable that takes the product.
    public static bool TryMultiply(PayoffTerm left, PayoffTerm right, ParameterTable parameters, out PayoffTerm product)
    {
        product = Zero;
        if ((!left.Infinitesimal.IsZero && !right.Infinitesimal.IsZero)
            || !parameters.TryMultiply(left.Real, right.Real, out LinearForm real)
            || !parameters.TryMultiply(left.Infinitesimal, right.Real, out LinearForm first)
            || !parameters.TryMultiply(left.Real, right.Infinitesimal, out LinearForm second))
        {
            return false;
        }

        product = new PayoffTerm(real, first + second);
        return true;
    }
}
