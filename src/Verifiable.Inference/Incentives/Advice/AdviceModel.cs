using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>
/// A strategy's economics as exact conditions on named parameters: all that the advisor needs to know of a strategy. A new strategy joins by one class that derives from this. Must be
/// immutable and pure.
/// </summary>
/// <remarks>
/// What a model declares of a parameter (<see cref="AdviceParameter.Degree"/>, <see cref="AdviceParameter.IsMonotone"/>) is what worst cases are proven from, so a law must test it:
/// differences of one order more than the degree vanish exactly. A parameter may occur in several places of a formula; the degree counts them together.
/// </remarks>
public abstract class AdviceModel
{
    /// <summary>Creates the model.</summary>
    /// <param name="name">The name, for reports.</param>
    /// <param name="parameters">The parameters; their order is that of the values in <see cref="Conditions"/>.</param>
    /// <exception cref="ArgumentException">Two parameters have one symbol.</exception>
    protected AdviceModel(string name, ImmutableArray<AdviceParameter> parameters)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Parameters = parameters;
        if (parameters.Select(parameter => parameter.Symbol).Distinct(StringComparer.Ordinal).Count() != parameters.Length)
        {
            throw new ArgumentException("Expected parameters with different symbols.", nameof(parameters));
        }
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the parameters, each with the value that is examined.</summary>
    public ImmutableArray<AdviceParameter> Parameters { get; }

    /// <summary>Gets the examined values, in the order of the parameters.</summary>
    public ImmutableArray<Rational> Values => [.. Parameters.Select(parameter => parameter.Value)];

    /// <summary>Evaluates all conditions at a point, in an order that does not depend on it. Polynomial in every value, so also outside the ranges of the kinds.</summary>
    /// <param name="values">One value for each parameter.</param>
    public abstract ImmutableArray<AdviceCondition> Conditions(ImmutableArray<Rational> values);

    /// <summary>Computes what one verified inference costs in computations among honest providers.</summary>
    /// <param name="values">One value for each parameter.</param>
    public abstract Rational ExpectedCost(ImmutableArray<Rational> values);

    /// <summary>Gets the parameter of a symbol.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <exception cref="ArgumentException">There is none; the message lists those that there are.</exception>
    public AdviceParameter this[string symbol] => Parameters[AdviceParameter.IndexOf(Parameters, symbol)];
}
