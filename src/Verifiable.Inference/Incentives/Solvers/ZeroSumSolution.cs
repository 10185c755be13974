using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds the value of a constant-sum game and a pair of optimal strategies. Immutable.</summary>
/// <param name="Game">The game.</param>
/// <param name="Value">What the row player gets in every equilibrium.</param>
/// <param name="Profile">One equilibrium.</param>
public sealed record ZeroSumSolution(BimatrixGame Game, Rational Value, MixedProfile Profile)
{
    /// <summary>Writes the certificate: in a constant-sum game an equilibrium proves the value.</summary>
    /// <returns>The JSON text, which <see cref="CertificateVerifier"/> checks.</returns>
    public string ToCertificate() => Certificates.OfEquilibria(Game.ToNormalForm(), [Profile]);
}
