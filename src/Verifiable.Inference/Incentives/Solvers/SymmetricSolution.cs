using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds the symmetric equilibria of a symmetric binary game. Made by <see cref="SymmetricEquilibria"/>; immutable.</summary>
public sealed class SymmetricSolution
{
    internal SymmetricSolution(
        SymmetricBinaryGame game,
        ImmutableArray<SymmetricEquilibrium> equilibria,
        ImmutableArray<(Rational Low, Rational High)> cells,
        bool isEverywhere,
        Completeness completeness,
        StopReason stop)
    {
        Game = game;
        Equilibria = equilibria;
        Cells = cells;
        IsEverywhere = isEverywhere;
        Completeness = completeness;
        Stop = stop;
    }

    /// <summary>Gets the game.</summary>
    public SymmetricBinaryGame Game { get; }

    /// <summary>Gets the equilibria in order; empty when <see cref="IsEverywhere"/>.</summary>
    public ImmutableArray<SymmetricEquilibrium> Equilibria { get; }

    /// <summary>Gets a value indicating whether every probability is an equilibrium, because no difference is ever other than 0.</summary>
    public bool IsEverywhere { get; }

    /// <summary>Gets what is known about symmetric equilibria that are not listed.</summary>
    public Completeness Completeness { get; }

    /// <summary>Gets why the solver came back.</summary>
    public StopReason Stop { get; }

    /// <summary>Gets the intervals that cover (0, 1) with at most one sign change each.</summary>
    internal ImmutableArray<(Rational Low, Rational High)> Cells { get; }

    /// <summary>Writes the certificate: enclosures, and a cover of (0, 1) that proves that there are no others (without the cover when roots are repeated).</summary>
    /// <returns>The JSON text, which <see cref="CertificateVerifier"/> checks.</returns>
    public string ToCertificate() => Certificates.OfSymmetric(this);
}
