using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds an allocation of checks. Made by <see cref="AuditAllocation"/>; immutable.</summary>
/// <param name="Gains">g_t.</param>
/// <param name="Losses">D_t.</param>
/// <param name="Budget">The sum of probabilities that could be spent.</param>
/// <param name="Worth">What the best cheat is worth, x; 0 when all are deterred.</param>
/// <param name="Probabilities">The probability with which each kind is checked.</param>
/// <param name="FullDeterrence">The least budget that deters every cheat, Σ g_t/D_t.</param>
public sealed record AuditAllocationSolution(
    ImmutableArray<Rational> Gains, ImmutableArray<Rational> Losses, Rational Budget, Rational Worth, ImmutableArray<Rational> Probabilities, Rational FullDeterrence)
{
    /// <summary>Writes the certificate.</summary>
    /// <returns>The JSON text, which <see cref="CertificateVerifier"/> checks.</returns>
    public string ToCertificate() => Certificates.OfAllocation(this);
}
