using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds a best commitment. Made by <see cref="Commitment"/>; immutable.</summary>
public sealed class CommitmentSolution
{
    internal CommitmentSolution(BimatrixGame game, ImmutableArray<Rational> mixture, int answer, Rational value, ImmutableArray<ImmutableArray<Rational>> prices)
    {
        Game = game;
        Mixture = mixture;
        Answer = answer;
        Value = value;
        Prices = prices;
    }

    /// <summary>Gets the game.</summary>
    public BimatrixGame Game { get; }

    /// <summary>Gets the mixture that the row player commits to.</summary>
    public ImmutableArray<Rational> Mixture { get; }

    /// <summary>Gets the column player's answer, from 0.</summary>
    public int Answer { get; }

    /// <summary>Gets what the row player gets.</summary>
    public Rational Value { get; }

    /// <summary>Gets for every answer the prices of the follower's alternatives, which bound what the leader gets from that answer.</summary>
    internal ImmutableArray<ImmutableArray<Rational>> Prices { get; }

    /// <summary>Writes the certificate.</summary>
    /// <returns>The JSON text, which <see cref="CertificateVerifier"/> checks.</returns>
    public string ToCertificate() => Certificates.OfCommitment(this);
}
