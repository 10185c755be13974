using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>One condition at one point: what speaks for it must exceed what speaks against it, (1 + σ) times with a safety margin σ. <c>default</c> is not met.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Name">What holds when it is met, as the end of a sentence.</param>
/// <param name="For">What speaks for it, for example the expected loss of a cheat.</param>
/// <param name="Against">What speaks against it, for example what a cheat gains while nobody looks.</param>
/// <param name="IsStrict">Whether equality is not enough.</param>
public readonly record struct AdviceCondition(AdviceConditionKind Kind, string Name, Rational For, Rational Against, bool IsStrict = true)
{
    /// <summary>Computes by how much the condition is met, For − (1 + σ)·Against.</summary>
    /// <param name="safetyMargin">The margin σ, at least 0.</param>
    public Rational Slack(Rational safetyMargin) => For - ((1 + safetyMargin) * Against);

    /// <summary>Says whether the condition is met.</summary>
    /// <param name="safetyMargin">The margin σ, at least 0.</param>
    public bool IsMet(Rational safetyMargin) => Kind != AdviceConditionKind.Unspecified && Suffices(Slack(safetyMargin));

    internal bool Suffices(Rational slack) => IsStrict ? slack.Sign > 0 : slack.Sign >= 0;
}
