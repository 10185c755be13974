namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Names what is asked of honest play. Definitions: <c>docs/reference/incentive-checker.md</c>. The default asks nothing and is refused.</summary>
public enum IncentiveProperty
{
    /// <summary>Nothing is named.</summary>
    None = 0,

    /// <summary>Who plays honestly never ends below zero, whatever the others do.</summary>
    WeakImmunity,

    /// <summary>As <see cref="WeakImmunity"/>, but an infinitesimal loss is allowed.</summary>
    WeakerImmunity,

    /// <summary>No coalition gains together by leaving honest play, side payments included.</summary>
    CollusionResilience,

    /// <summary>Nobody gains by leaving honest play anywhere, also after others left it: subgame perfection, and no dominated action at any information set.</summary>
    Practicality,
}
