using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds what iterated strict dominance removes and leaves. Immutable.</summary>
/// <param name="Game">The game.</param>
/// <param name="Steps">The removals in order; each holds in the game that the ones before it leave.</param>
/// <param name="Remaining">For each player the strategies that remain.</param>
/// <param name="Completeness">Whether nothing that remains is strictly dominated.</param>
/// <param name="Stop">Why the solver came back.</param>
public sealed record DominanceSolution(
    NormalFormGame Game, ImmutableArray<DominanceStep> Steps, ImmutableArray<ImmutableArray<int>> Remaining, Completeness Completeness, StopReason Stop)
{
    /// <summary>Writes the certificate: the removals with their dominators.</summary>
    /// <returns>The JSON text, which <see cref="CertificateVerifier"/> checks.</returns>
    public string ToCertificate() => Certificates.OfDominance(this);
}
