namespace Verifiable.Inference.Incentives;

/// <summary>Names who decides which side of a mismatch is wrong. The default says that nobody has been named.</summary>
public enum AdjudicatorKind
{
    /// <summary>Nobody is named: the conviction probabilities are taken as given, and honesty is never called the only equilibrium.</summary>
    Unspecified = 0,

    /// <summary>The computation itself decides (a recomputation by a referee, a dispute game, a proof): popularity has no influence.</summary>
    Objective,

    /// <summary>Voters recompute and the answer of more than half of the seats wins.</summary>
    MajorityVote,
}
