namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds the verifier's dilemma of an optimistic claim as it is played here: n watchers who may look, a check by the system at random, and planted errors that pay who finds them. In closed form but for
/// one root. Immutable; <see cref="Validate"/> says what is wrong.
/// </summary>
/// <remarks>
/// Sources: E. Felten, <i>The Cheater Checking Problem</i> (2019), for n = 1; J. Li, SSRN 4499357, and Mamageishvili and Felten, arXiv 2308.02880, for n; Teutsch and Reitwießner (Truebit) for planted
/// errors. Derived here: with a system check p the cheat is indifferent at 1 − (1 − p)(1 − q)ⁿ = P* = Δ/(R + S), and a watcher at X(1 − p)[B·s + L(1 − q)ⁿ⁻¹] + f·J·s = k, where
/// s = (1 − (1 − q)ⁿ)/(nq) is the expected share of a finder. Where p ≥ P* nobody cheats whatever watchers do; where f·J·s ≥ k at the cheat's q, watchers look more than that, and nobody cheats either.
/// A system check that finds a cheat takes the bounty, so that it does not pay watchers twice.
/// </remarks>
public sealed record WatcherGame
{
    /// <summary>Gets the reward of an answer that stands, R.</summary>
    public required double Reward { get; init; }

    /// <summary>Gets what a convicted provider loses besides, S: stake and bond.</summary>
    public required double Slash { get; init; }

    /// <summary>Gets what a cheat saves, Δ.</summary>
    public required double Saving { get; init; }

    /// <summary>Gets what a look costs a watcher, k.</summary>
    public required double LookCost { get; init; }

    /// <summary>Gets what all who find a cheat share, B.</summary>
    public double Bounty { get; init; }

    /// <summary>Gets what every watcher loses when a cheat is overlooked, L.</summary>
    public double Loss { get; init; }

    /// <summary>Gets the number of watchers, n.</summary>
    public int Watchers { get; init; } = 1;

    /// <summary>Gets the probability that the system has an honest provider compute a claim again, p.</summary>
    public double SystemRate { get; init; }

    /// <summary>Gets the probability of a planted error, f.</summary>
    public double ForcedErrorRate { get; init; }

    /// <summary>Gets what all who find a planted error share, J.</summary>
    public double Jackpot { get; init; }

    /// <summary>Gets what an overlooked wrong answer costs who uses it, Z.</summary>
    public double Damage { get; init; }

    /// <summary>Gets the probability of being found at which cheating and honesty earn the same, P* = Δ/(R + S).</summary>
    public double Indifference => Saving / (Reward + Slash);

    /// <summary>Lists everything wrong with the numbers; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        foreach ((string name, double value) in ((string, double)[])[(nameof(Reward), Reward), (nameof(Slash), Slash), (nameof(Saving), Saving), (nameof(Bounty), Bounty), (nameof(Loss), Loss), (nameof(Jackpot), Jackpot), (nameof(Damage), Damage)])
        {
            if (!(value >= 0) || !double.IsFinite(value))
            {
                yield return $"{name} must be finite and 0 or more, got {value}.";
            }
        }

        foreach ((string name, double value) in ((string, double)[])[(nameof(SystemRate), SystemRate), (nameof(ForcedErrorRate), ForcedErrorRate)])
        {
            if (value is not (>= 0 and <= 1))
            {
                yield return $"{name} must be in [0, 1], got {value}.";
            }
        }

        if (!(LookCost > 0) || !double.IsFinite(LookCost))
        {
            yield return $"{nameof(LookCost)} must be positive, got {LookCost}.";
        }

        if (Watchers is < 0 or > 1_000_000)
        {
            yield return $"{nameof(Watchers)} must be 0 to 1000000, got {Watchers}.";
        }

        if (!(Reward + Slash > 0))
        {
            yield return $"{nameof(Reward)} and {nameof(Slash)} must not both be 0.";
        }
    }

    /// <summary>Computes the equilibrium in which all watchers look with the same probability.</summary>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public WatcherEquilibrium Solve()
    {
        GameNumbers.ThrowIfAny(Validate());
        double target = Indifference;
        if (Saving == 0 || SystemRate >= target)
        {
            return At(0, LookRate(0));
        }

        if (target >= 1 || Watchers == 0)
        {
            // Nothing that watchers can do deters.
            return At(1, LookRate(1));
        }

        double check = -Math.Exp((Log1p(-target) - Log1p(-SystemRate)) / Watchers) + 1;
        double share = Share(check);
        double gain = (1 - SystemRate) * ((Bounty * share) + (Loss * Math.Pow(1 - check, Watchers - 1)));
        double missing = LookCost - (ForcedErrorRate * Jackpot * share);
        return missing <= 0 ? At(0, LookRate(0))
            : missing > gain ? At(1, LookRate(1))
            : At(missing / gain, check);
    }

    /// <summary>Computes by how much looking pays a watcher when cheats and looks have given rates.</summary>
    /// <param name="cheat">The rate of cheats, X.</param>
    /// <param name="check">The probability with which each of the others looks, q.</param>
    public double LookGain(double cheat, double check) =>
        (cheat * (1 - SystemRate) * ((Bounty * Share(check)) + (Loss * Math.Pow(1 - check, Watchers - 1)))) + (ForcedErrorRate * Jackpot * Share(check)) - LookCost;

    // E[1/(1 + Y)], Y ~ Bin(n − 1, q).
    private double Share(double check) => check <= 0 ? 1 : check >= 1 ? 1.0 / Watchers : (1 - Math.Exp(Watchers * Log1p(-check))) / (Watchers * check);

    // How much watchers look at a given rate of cheats: gains fall with the looks of the others, so there is one root, found to the last bit.
    private double LookRate(double cheat)
    {
        if (Watchers == 0 || LookGain(cheat, 0) <= 0)
        {
            return 0;
        }

        if (LookGain(cheat, 1) >= 0)
        {
            return 1;
        }

        double low = 0;
        double high = 1;
        while (low + ((high - low) / 2) is var middle && middle > low && middle < high)
        {
            (low, high) = LookGain(cheat, middle) > 0 ? (middle, high) : (low, middle);
        }

        return low;
    }

    private WatcherEquilibrium At(double cheat, double check)
    {
        double missed = (1 - SystemRate) * (Watchers == 0 ? 1 : Math.Pow(1 - check, Watchers));
        return new WatcherEquilibrium(cheat, check, Watchers * check, cheat * missed, cheat * missed * Damage);
    }

    // ln(1 + x), exact for small x (Kahan).
    private static double Log1p(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
