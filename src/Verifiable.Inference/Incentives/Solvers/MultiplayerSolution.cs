using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds equilibria of a game of several players and what is known about others. Made by <see cref="MultiplayerEquilibria"/>; immutable.</summary>
public sealed class MultiplayerSolution
{
    internal MultiplayerSolution(
        NormalFormGame game, ImmutableArray<EquilibriumEnclosure> equilibria, ImmutableArray<UndecidedSupport> undecided, Completeness completeness, StopReason stop)
    {
        Game = game;
        Equilibria = equilibria;
        Undecided = undecided;
        Completeness = completeness;
        Stop = stop;
    }

    /// <summary>Gets the game.</summary>
    public NormalFormGame Game { get; }

    /// <summary>Gets the equilibria, all different; those with small supports first.</summary>
    public ImmutableArray<EquilibriumEnclosure> Equilibria { get; }

    /// <summary>Gets where it could not be settled whether there are more.</summary>
    public ImmutableArray<UndecidedSupport> Undecided { get; }

    /// <summary>Gets what is known about equilibria that are not listed.</summary>
    public Completeness Completeness { get; }

    /// <summary>Gets why the solver came back.</summary>
    public StopReason Stop { get; }

    /// <summary>
    /// Gets a value indicating whether the number of equilibria is odd, as it is for almost all games (Wilson, "Computing equilibria of n-person games", 1971); an even number says that the list is
    /// incomplete or the game degenerate.
    /// </summary>
    public bool IsOdd => Equilibria.Length % 2 == 1;

    /// <summary>Gets the number of listed equilibria that the certificate cannot show; 0 in almost all games. See <see cref="EquilibriumEnclosure.IsCertified"/>.</summary>
    public int UncertifiedCount => Equilibria.Count(equilibrium => !equilibrium.IsCertified);

    /// <summary>Writes the certificate: exact profiles, boxes with what proves them, and the number of those that are listed and not shown.</summary>
    /// <returns>The JSON text, which <see cref="CertificateVerifier"/> checks.</returns>
    public string ToCertificate() => Certificates.OfEnclosures(this);
}
