using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds a correlated equilibrium. Made by <see cref="CorrelatedEquilibria"/>; immutable.</summary>
public sealed class CorrelatedSolution
{
    internal CorrelatedSolution(NormalFormGame game, ImmutableArray<Rational> distribution, Rational value, ImmutableArray<Rational> objective, ImmutableArray<Rational> prices)
    {
        Game = game;
        Distribution = distribution;
        Value = value;
        Objective = objective;
        Prices = prices;
    }

    /// <summary>Gets the game.</summary>
    public NormalFormGame Game { get; }

    /// <summary>Gets the probability of each pure profile, in the order of the game's profiles.</summary>
    public ImmutableArray<Rational> Distribution { get; }

    /// <summary>Gets what was maximised, at its greatest.</summary>
    public Rational Value { get; }

    /// <summary>Gets what each pure profile is worth to the objective; empty when optimality is not part of the certificate.</summary>
    internal ImmutableArray<Rational> Objective { get; }

    /// <summary>Gets the dual variable of every deviation.</summary>
    internal ImmutableArray<Rational> Prices { get; }

    /// <summary>Writes the certificate: the distribution, and the prices of deviations that prove that none has a greater value.</summary>
    /// <returns>The JSON text, which <see cref="CertificateVerifier"/> checks.</returns>
    public string ToCertificate() => Certificates.OfCorrelated(this);
}
