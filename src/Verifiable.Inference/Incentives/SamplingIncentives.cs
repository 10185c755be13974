namespace Verifiable.Inference.Incentives;

/// <summary>
/// Computes the closed forms of the sampling game (proof of sampling, spML) one by one, and all of them together in <see cref="Assess"/>. Pure and
/// thread-safe.
/// </summary>
/// <remarks>
/// <para>Sources: Zhang et al., <i>Proof of Sampling</i>, arXiv 2405.00295 versions 2 and 3; Atoma whitepaper, section 2.7 and Appendix A. The
/// noise terms (δ, φ), the bounty, the substitute's cost and the role-blind form are this library's, derived in
/// <c>docs/reference/sampling-incentives.md</c>.</para>
/// <para>Assumption: independent providers' wrong answers never match, the coin and the validators are drawn after the claim by a secret fixed
/// before it, and silence costs no less than conviction. Every threshold is strict: at equality nobody prefers honesty.</para>
/// <para>Sums and products are exact while they need at most 28 digits; quotients are rounded in the last of 28 digits. All methods throw
/// <see cref="ArgumentException"/> with every fault when the economics are not valid.</para>
/// </remarks>
public static partial class SamplingIncentives
{
    /// <summary>
    /// Computes what an honest asserter's coalition earns on one task, E_H = R_A − C + p·r·R_V − p(1 − rⁿ)φ(R_A + S) (Atoma whitepaper, Lemma A.1, with
    /// wrongful convictions): a colluding validator reuses the asserter's result.
    /// </summary>
    /// <param name="economics">The numbers.</param>
    /// <returns>The expected earnings on one task.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static decimal HonestPayoff(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal p = e.AuditProbability;
        return e.AsserterReward - e.HonestCost + (p * e.CoalitionShare * e.ValidatorReward) - WrongfulLoss(e);
    }

    /// <summary>
    /// Computes what a cheating asserter's coalition earns on one task when it knows its role (Atoma whitepaper, Lemma A.2, corrected):
    /// E_D = −c + (1 − p)U1 + p·rⁿ(U2 − R_V) + p·r·R_V − pC(1 − rⁿ − (1 − r)ⁿ) + p(1 − rⁿ)[(1 − δ)U1 − δS] + pδw(r − rⁿ).
    /// </summary>
    /// <remarks>The coalition's validators confirm the fraud only when they are all n; otherwise they answer honestly, for which one of them recomputes, and take their share of the bounty.</remarks>
    /// <inheritdoc cref="HonestPayoff"/>
    public static decimal DishonestPayoff(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal p = e.AuditProbability;
        decimal delta = ConvictionProbability(e);
        decimal allCollude = CollusionProbability(e.CoalitionShare, e.ValidatorCount);
        decimal unaudited = (1m - p) * e.UnchallengedValue;
        decimal confirmed = allCollude * (e.ChallengedValue - e.ValidatorReward);
        decimal recomputation = e.HonestCost * PartCollusionProbability(e.CoalitionShare, e.ValidatorCount);
        decimal exposed = (1m - allCollude) * (((1m - delta) * e.UnchallengedValue) - (delta * e.Slash));
        decimal bountyBack = delta * e.Bounty * (e.CoalitionShare - allCollude);
        return unaudited - e.SubstituteCost + (p * (confirmed + (e.CoalitionShare * e.ValidatorReward) - recomputation + exposed + bountyBack));
    }

    /// <summary>
    /// Computes what honesty earns on one envelope for a provider that cannot tell its role: one asserter's envelope and pn validator's
    /// envelopes come per task, each envelope with its own reward and chance of a wrongful conviction.
    /// </summary>
    /// <inheritdoc cref="HonestPayoff"/>
    public static decimal RoleBlindHonestPayoff(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal audits = e.AuditProbability * e.ValidatorCount;
        decimal independent = 1m - CollusionProbability(e.CoalitionShare, e.ValidatorCount);
        decimal asserter = e.AsserterReward - e.HonestCost - WrongfulLoss(e);
        decimal validatorLoss = independent * e.ValidatorFalseConviction * (e.RewardPerValidator + e.Slash);
        return (asserter + (audits * (e.RewardPerValidator - e.HonestCost - validatorLoss))) / (1m + audits);
    }

    /// <summary>
    /// Computes what cheating on every envelope earns on one envelope for a provider that cannot tell its role: as asserter it is checked
    /// with probability p, as validator always, together (1 + n)p / (1 + np); only a check by its own coalition alone spares it.
    /// </summary>
    /// <inheritdoc cref="HonestPayoff"/>
    public static decimal RoleBlindDishonestPayoff(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal p = e.AuditProbability;
        decimal audits = p * e.ValidatorCount;
        decimal delta = ConvictionProbability(e);
        decimal allCollude = CollusionProbability(e.CoalitionShare, e.ValidatorCount);
        decimal Exposed(decimal value) => (1m - allCollude) * (((1m - delta) * value) - (delta * e.Slash));
        decimal asserter = ((1m - p) * e.UnchallengedValue) + (p * ((allCollude * (e.ChallengedValue - e.ValidatorReward)) + Exposed(e.UnchallengedValue)));
        decimal validator = (allCollude * e.RewardPerValidator) + Exposed(e.RewardPerValidator);
        return ((asserter + (audits * validator)) / (1m + audits)) - e.SubstituteCost;
    }

    /// <summary>
    /// Computes by how much honesty is better under a form, exactly linear in p and S: E_H − E_D for <see cref="AuditProbabilityForm.Exact"/>, the same less what the
    /// form does not credit for the others; for <see cref="AuditProbabilityForm.RoleBlind"/> the difference per task, (1 + np) envelopes.
    /// </summary>
    /// <param name="economics">The numbers.</param>
    /// <param name="form">The condition to judge by.</param>
    /// <returns>The margin; honesty is strictly better iff it is above 0.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The form is not one of the named ones.</exception>
    public static decimal Margin(SamplingEconomics economics, AuditProbabilityForm form)
    {
        SamplingEconomics e = Checked(economics);
        return Line(e, form, e.CoalitionShare, ConvictionProbability(e)).At(e.AuditProbability, e.Slash);
    }

    /// <summary>
    /// Computes the probability that an audit must exceed for honesty to be strictly better, p* = −a / (b₀ + b₁S) of the form's margin; for one validator and basic
    /// values Δ / ((1 − r)(R + S)) (exact, paper version 2) and Δ / ((1 − r)S + (1 − 2r)R) (conservative).
    /// </summary>
    /// <returns>The threshold, or <see langword="null"/> when no probability in (0, 1] exceeds it: only a higher slash helps.</returns>
    /// <inheritdoc cref="Margin"/>
    public static decimal? LeastAuditProbability(SamplingEconomics economics, AuditProbabilityForm form)
    {
        SamplingEconomics e = Checked(economics);
        return Line(e, form, e.CoalitionShare, ConvictionProbability(e)).LeastAuditProbability(e.Slash);
    }

    /// <summary>
    /// Computes the slash that must be exceeded for honesty to be strictly better at the given audit probability; for n validators S &gt; [(1 − p)U1 + Δ − R_A −
    /// pC(1 − rⁿ − (1 − r)ⁿ) + p·rⁿ(U2 − R_V)] / [p(1 − rⁿ)], for one validator Δ / (p(1 − r)) − R.
    /// </summary>
    /// <returns>The threshold, 0 where every slash above 0 suffices; <see langword="null"/> when no slash helps (p = 0, r = 1 or δ ≤ φ).</returns>
    /// <inheritdoc cref="Margin"/>
    public static decimal? LeastSlash(SamplingEconomics economics, AuditProbabilityForm form)
    {
        SamplingEconomics e = Checked(economics);
        return Line(e, form, e.CoalitionShare, ConvictionProbability(e)).LeastSlash(e.AuditProbability);
    }

    private static decimal WrongfulLoss(SamplingEconomics e) =>
        e.AuditProbability * (1m - CollusionProbability(e.CoalitionShare, e.ValidatorCount)) * e.FalseConvictionProbability * (e.AsserterReward + e.Slash);

    private static SamplingEconomics Checked(SamplingEconomics economics)
    {
        ArgumentNullException.ThrowIfNull(economics);
        economics.ThrowIfInvalid(nameof(economics));
        return economics;
    }
}
