using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>The least change of one parameter by which all conditions are met, the others held.</summary>
/// <param name="Parameter">The parameter, with its present value.</param>
/// <param name="To">The value that repairs, a multiple of the unit; the multiple before it does not.</param>
public sealed record AdviceRepair(AdviceParameter Parameter, Rational To)
{
    /// <summary>Gets the change relative to the present value; the value itself where that is 0.</summary>
    public Rational RelativeChange => Parameter.Value.IsZero ? Rational.Abs(To) : Rational.Abs(To - Parameter.Value) / Parameter.Value;

    /// <summary>Says what to do.</summary>
    public override string ToString() =>
        $"{(To > Parameter.Value ? "Raise" : "Lower")} the {Parameter.Name} {Parameter.Symbol} from {AdviceText.Plain(Parameter.Value)} to {AdviceText.Plain(To)}.";
}
