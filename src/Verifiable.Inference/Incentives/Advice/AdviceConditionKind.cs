namespace Verifiable.Inference.Incentives.Advice;

/// <summary>Names what a condition is for. The default names nothing.</summary>
public enum AdviceConditionKind
{
    /// <summary>Nothing is named.</summary>
    Unspecified = 0,

    /// <summary>Cheating must not pay: strategies refuse terms that break it.</summary>
    Deterrence,

    /// <summary>The honest must not lose by taking part.</summary>
    Participation,

    /// <summary>Honesty must be the only equilibrium.</summary>
    Uniqueness,

    /// <summary>The protocol asks for it, for example that half of a slash is burnt.</summary>
    Rule,
}
