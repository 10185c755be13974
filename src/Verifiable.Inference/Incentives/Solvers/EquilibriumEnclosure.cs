using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds an equilibrium: exactly, or as a box of probabilities in which there is exactly one with the same supports. Made by <see cref="MultiplayerEquilibria"/>; immutable.</summary>
public sealed class EquilibriumEnclosure
{
    private const int LikelyDenominator = 1 << 20;

    // Wide enough for the checker's simpler bounds, narrow enough to leave no doubt about other strategies.
    private static readonly double[] _margins = [1e-9, 1e-11, 1e-12, 1e-13];

    // In exact fractions, and so only made when somebody asks for a certificate.
    private readonly Lazy<EnclosureProof?> _proof;

    private EquilibriumEnclosure(ImmutableArray<ImmutableArray<(Rational Low, Rational High)>> bounds, MixedProfile? profile, Func<EnclosureProof?> proof)
    {
        Bounds = bounds;
        Profile = profile;
        _proof = new Lazy<EnclosureProof?>(proof);
    }

    /// <summary>Gets bounds of every player's probabilities; equal where the probability is known exactly.</summary>
    public ImmutableArray<ImmutableArray<(Rational Low, Rational High)>> Bounds { get; }

    /// <summary>Gets the equilibrium itself where it is a profile of simple fractions; otherwise <see langword="null"/>.</summary>
    public MixedProfile? Profile { get; }

    /// <summary>
    /// Gets a value indicating whether <see cref="MultiplayerSolution.ToCertificate"/> can show it: an exact profile, or a box that the verifier's simpler bounds prove too. Where it is <see langword="false"/> the box
    /// rests on the solver's own interval arithmetic alone. Computed when first asked for.
    /// </summary>
    public bool IsCertified => Profile is not null || Proof is not null;

    /// <summary>Gets what proves the box; <see langword="null"/> for an exact profile.</summary>
    internal EnclosureProof? Proof => _proof.Value;

    /// <summary>Gets a probability's middle as the nearest double.</summary>
    /// <param name="player">The player, from 0.</param>
    /// <param name="strategy">The strategy, from 0.</param>
    /// <returns>The probability, within the bounds up to one rounding.</returns>
    public double Approximate(int player, int strategy) => (double)((Bounds[player][strategy].Low + Bounds[player][strategy].High) / 2);

    internal static MixedProfile Pure(NormalFormGame game, int[][] supports) => new([.. supports.Select((support, player) =>
        Enumerable.Range(0, game.StrategyCounts[player]).Select(strategy => strategy == support[0] ? Rational.One : Rational.Zero).ToImmutableArray())]);

    internal static EquilibriumEnclosure Exact(MixedProfile profile) => new(
        [.. Enumerable.Range(0, profile.PlayerCount).Select(player => profile[player].Select(probability => (probability, probability)).ToImmutableArray())], profile, () => null);

    internal static EquilibriumEnclosure Of(NormalFormGame game, SupportSystem system, SupportSearch search, Interval[][] box)
    {
        if (TryExact(game, system.Supports, box) is { } exact && game.Regret(exact).IsZero)
        {
            return Exact(exact);
        }

        ImmutableArray<ImmutableArray<(Rational, Rational)>> bounds = [.. Enumerable.Range(0, game.PlayerCount).Select(player => Spread(game, system.Supports[player], player, box[player]))];
        double[,]? inverse = search.PreconditionerOf(box);
        return new EquilibriumEnclosure(bounds, null, () => ProofOf(game, system, inverse, box));
    }

    /// <summary>Tries the simplest fractions in a box: any profile of them that sums to one.</summary>
    internal static MixedProfile? TryExact(NormalFormGame game, int[][] supports, Interval[][] box)
    {
        // With two players who mix the equations are linear and the solutions are fractions; with more, a large denominator betrays an irrational number.
        bool isLikely = true;
        bool isLinear = supports.Count(support => support.Length > 1) <= 2;
        var players = new ImmutableArray<Rational>[supports.Length];
        for (int player = 0; player < supports.Length; player++)
        {
            var own = new Rational[game.StrategyCounts[player]];
            Rational rest = Rational.One;
            for (int place = 0; place < supports[player].Length - 1; place++)
            {
                Interval bounds = box[player][place];
                Rational simplest = SimplestFraction.Between(Rational.FromDouble(bounds.Low), Rational.FromDouble(bounds.High));
                isLikely &= simplest.Denominator <= LikelyDenominator;
                own[supports[player][place]] = simplest;
                rest -= simplest;
            }

            own[supports[player][^1]] = rest;
            if (Array.Exists(own, probability => probability.Sign < 0))
            {
                return null;
            }

            players[player] = [.. own];
        }

        if (!isLikely && !isLinear)
        {
            return null;
        }

        var profile = new MixedProfile([.. players]);
        bool isIndifferent = supports.Select((support, player) => support.Select(strategy => game.ExpectedPayoff(player, strategy, profile)).Distinct().Count() == 1).All(one => one);
        return isIndifferent ? profile : null;
    }

    private static ImmutableArray<(Rational, Rational)> Spread(NormalFormGame game, int[] support, int player, Interval[] own)
    {
        var bounds = new (Rational, Rational)[game.StrategyCounts[player]];
        for (int place = 0; place < support.Length; place++)
        {
            bounds[support[place]] = (Rational.FromDouble(own[place].Low), Rational.FromDouble(own[place].High));
        }

        return [.. bounds];
    }

    private static EnclosureProof? ProofOf(NormalFormGame game, SupportSystem system, double[,]? inverse, Interval[][] box)
    {
        int size = system.Variables.Length;
        if (inverse is null)
        {
            return null;
        }

        ImmutableArray<ImmutableArray<Rational>> rows = [.. Enumerable.Range(0, size).Select(row =>
            Enumerable.Range(0, size).Select(column => Rational.FromDouble(inverse[row, column])).ToImmutableArray())];
        ImmutableArray<Rational> center = [.. system.Variables.Select(variable => Rational.FromDouble(box[variable.Player][variable.Place].Middle))];
        ImmutableArray<ImmutableArray<int>> supports = [.. system.Supports.Select(support => support.ToImmutableArray())];
        foreach (double margin in _margins)
        {
            var proof = new EnclosureProof(supports, center, Rational.FromDouble(margin), rows);
            if (BoxVerifier.Holds(game.StrategyCounts, game.Payoffs, proof.Supports, proof.Center, proof.Radius, proof.Preconditioner, new CountedArithmetic(new WorkLimit(long.MaxValue))))
            {
                return proof;
            }
        }

        return null;
    }
}
