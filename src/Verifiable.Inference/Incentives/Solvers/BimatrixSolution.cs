using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds equilibria of a two-player game and what is known about others. Made by solvers; immutable.</summary>
public sealed class BimatrixSolution
{
    internal BimatrixSolution(BimatrixGame game, ImmutableArray<MixedProfile> equilibria, Completeness completeness, StopReason stop, ImmutableArray<NashComponent>? components)
    {
        Game = game;
        Equilibria = equilibria;
        Completeness = completeness;
        Stop = stop;
        Components = components ?? [];
        AreComponentsKnown = components is not null;
    }

    /// <summary>Gets the game.</summary>
    public BimatrixGame Game { get; }

    /// <summary>Gets the extreme equilibria, all different, in a fixed order: pure strategies with low numbers first.</summary>
    public ImmutableArray<MixedProfile> Equilibria { get; }

    /// <summary>Gets what is known about equilibria that are not listed.</summary>
    public Completeness Completeness { get; }

    /// <summary>Gets why the solver came back.</summary>
    public StopReason Stop { get; }

    /// <summary>Gets the connected components of the set of equilibria; empty when they are not known.</summary>
    public ImmutableArray<NashComponent> Components { get; }

    /// <summary>Gets a value indicating whether <see cref="Components"/> were computed: the list must be complete, and the limit must have sufficed.</summary>
    public bool AreComponentsKnown { get; }

    /// <summary>
    /// Gets the sum of the components' indices; <see langword="null"/> when one is not known. It is 1 for every game (Shapley, "A note on the Lemke–Howson algorithm", 1974), so that anything else
    /// would betray a missing equilibrium.
    /// </summary>
    public int? IndexSum => AreComponentsKnown && Components.All(component => component.Index is not null) ? Components.Sum(component => component.Index!.Value) : null;

    /// <summary>Writes the certificate of all equilibria: the game and the profiles, which <see cref="CertificateVerifier"/> checks.</summary>
    /// <returns>The JSON text.</returns>
    public string ToCertificate() => Certificates.OfEquilibria(Game.ToNormalForm(), Equilibria);
}
