using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>One condition at one point: what speaks for it must exceed what speaks against it, and (1 + σ) times that with a safety margin σ. <c>default</c> is not met.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Name">What holds when it is met, as the end of a sentence.</param>
/// <param name="For">What speaks for it, for example the expected loss of a cheat.</param>
/// <param name="Against">What speaks against it, for example what a cheat gains while nobody looks.</param>
/// <param name="IsStrict">Whether equality is not enough.</param>
public readonly record struct AdviceCondition(AdviceConditionKind Kind, string Name, Rational For, Rational Against, bool IsStrict = true)
{
    /// <summary>Computes by how much the condition is met, For − Against − σ·max(Against, 0): where nothing speaks against it, a margin asks for no more, and for no less.</summary>
    /// <param name="safetyMargin">The margin σ, at least 0.</param>
    public Rational Slack(Rational safetyMargin) => Rational.Min(Line(safetyMargin), Line(Rational.Zero));

    /// <summary>Says whether the condition is met.</summary>
    /// <param name="safetyMargin">The margin σ, at least 0.</param>
    public bool IsMet(Rational safetyMargin) => Kind != AdviceConditionKind.Unspecified && Suffices(Slack(safetyMargin));

    /// <summary>For − (1 + σ)·Against: with σ and with 0 these are the two polynomials of which the slack is the lesser.</summary>
    internal Rational Line(Rational safetyMargin) => For - ((1 + safetyMargin) * Against);

    internal bool Suffices(Rational slack) => IsStrict ? slack.Sign > 0 : slack.Sign >= 0;
}
