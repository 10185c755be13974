namespace Verifiable.Inference.Incentives;

/// <summary>
/// Names the published or derived condition by which an audit probability is judged. Every form says that honesty is strictly better
/// when its margin is above zero; they differ in what the honest coalition is credited with. See <c>docs/reference/sampling-incentives.md</c>.
/// </summary>
public enum AuditProbabilityForm
{
    /// <summary>No form is named; every method refuses it.</summary>
    Unspecified = 0,

    /// <summary>
    /// The theorem for n validators (Atoma whitepaper, Appendix A, Theorem A.3, restating arXiv 2405.00295), widened by the substitute's
    /// cost c, the conviction probabilities δ and φ and the bounty w; with c = 0, δ = 1, φ = 0, w = 0 it is the theorem itself.
    /// </summary>
    Exact,

    /// <summary>The theorem without the term for the coalition's own recomputation (Atoma whitepaper, Appendix A, Remark 1): sufficient, never below <see cref="Exact"/>.</summary>
    WithoutRecomputation,

    /// <summary>
    /// The condition as printed in version 2 of arXiv 2405.00295, p &gt; Δ / ((1 − r)(R + S)) with R = R_A: one validator, basic fraud
    /// values, no noise. It is reported for comparison whatever the other numbers are, and decides nothing.
    /// </summary>
    PaperVersion2,

    /// <summary>The exact form where an honest coalition recomputes once as validator too; one validator: p &gt; Δ / ((1 − r)(R + S) − rC).</summary>
    RecomputingColluder,

    /// <summary>
    /// The exact form where the honest coalition is not credited with its validators' rewards; one validator and basic values: version 3 of arXiv
    /// 2405.00295, p &gt; Δ / ((1 − r)S + (1 − 2r)R). This form decides whether a configuration is called secure.
    /// </summary>
    Conservative,

    /// <summary>
    /// The condition for a provider that cannot tell an asserter's envelope from a validator's and cheats on all: it is checked with
    /// probability (1 + n)p / (1 + np), 2p / (1 + p) for one validator.
    /// </summary>
    RoleBlind,
}
