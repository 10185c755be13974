using System.Collections.Immutable;
using System.Text;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>Puts advice into plain sentences. Numbers are rounded to be read; those to be followed are multiples of the unit and exact.</summary>
internal static class AdviceText
{
    private const int Digits = 6;
    private const int MostDecimals = 18;

    internal static string Plain(Rational value)
    {
        int decimals = Digits;
        for (Rational size = Rational.Abs(value); size.Sign > 0 && size < new Rational(1, 10) && decimals < MostDecimals; size *= 10)
        {
            decimals++;
        }

        string text = value.ToDecimalText(decimals);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    internal static string Explain(AdviceCheck check)
    {
        AdviceFinding[] broken = [.. check.Findings.Where(finding => !finding.IsMet)];
        if (broken.Length == 0)
        {
            return $"All conditions of {check.Model.Name} are met{Reason(check.Proof)}.";
        }

        StringBuilder text = new();
        _ = text.Append(check.IsSecure ? "Cheating does not pay, but not all conditions are met: " : "Cheating pays: ");
        _ = text.AppendJoin("; ", broken.Select(finding => Broken(check.Model, finding))).Append('.');
        _ = text.Append(check.LeastRepair switch
        {
            null => " No change of one number alone repairs it.",
            { Parameter.IsChosen: true } repair => $" The least change that repairs it: {repair}",
            { } repair => $" No change of one number that the designer chooses repairs it; it would take another world: {repair}",
        });
        return text.ToString();
    }

    internal static string Explain(AdvisedValue advice)
    {
        AdviceParameter parameter = advice.Parameter;
        if (advice.Value is { } value)
        {
            return advice.Binding is not { } binding
                ? $"The {parameter.Name} {parameter.Symbol} may be {Plain(value)}: no condition asks for more."
                : $"The least {parameter.Name} {parameter.Symbol} is {Plain(value)}: that {binding.Condition.Name} asks for {(binding.Condition.IsStrict ? "more than" : "at least")} {Plain(advice.Threshold!.Value)}{Where(advice.Model, binding, parameter)}{Reason(advice.Proof)}.";
        }

        string why = advice switch
        {
            { Binding: { } impossible, Threshold: null } => $"that {impossible.Condition.Name} does not depend on it and does not hold{Where(advice.Model, impossible, parameter)}",
            { Binding: { } below, Threshold: { } least } when least > parameter.Greatest || (least == parameter.Greatest && below.Condition.IsStrict)
                => $"that {below.Condition.Name} asks for {(below.Condition.IsStrict ? "more than" : "at least")} {Plain(least)}{Where(advice.Model, below, parameter)}, and it is at most {Plain(parameter.Greatest)}",
            { BindingAbove: { } above, Binding: { } below } when advice.Threshold > advice.UpperLimit || (advice.Threshold == advice.UpperLimit && (below.Condition.IsStrict || above.Condition.IsStrict)) => $"that {below.Condition.Name} asks for {(below.Condition.IsStrict ? "more than" : "at least")} {Plain(advice.Threshold!.Value)}, and that {above.Condition.Name} allows {(above.Condition.IsStrict ? "less than" : "at most")} {Plain(advice.UpperLimit!.Value)}",
            { BindingAbove: { } above, Binding: null } => $"that {above.Condition.Name} allows {(above.Condition.IsStrict ? "less than" : "at most")} {Plain(advice.UpperLimit!.Value)}",
            _ => $"that {advice.Binding!.Condition.Name} asks for {(advice.Binding.Condition.IsStrict ? "more than" : "at least")} {Plain(advice.Threshold!.Value)}, and no multiple of the unit lies between that and {Plain(Rational.Min(parameter.Greatest, advice.UpperLimit ?? parameter.Greatest))}",
        };
        string repair = advice.Repairs.IsEmpty ? " No change of one other number makes it possible." : $" The least change that makes it possible: {advice.Repairs[0]}";
        return $"No {parameter.Name} {parameter.Symbol} meets all conditions: {why}.{repair}";
    }

    private static string Broken(AdviceModel model, AdviceFinding finding) =>
        $"that {finding.Condition.Name} fails by {Plain(-finding.WorstSlack)}{Where(model, finding, null)}";

    // Only what is not as it was examined, and matters to the condition.
    private static string Where(AdviceModel model, AdviceFinding finding, AdviceParameter? except)
    {
        List<string> moved = [];
        for (int index = 0; index < model.Parameters.Length; index++)
        {
            AdviceParameter parameter = model.Parameters[index];
            if (finding.Corner[index] == parameter.Value || parameter.Symbol == except?.Symbol)
            {
                continue;
            }

            AdviceCondition there = Same(model.Conditions(finding.Corner));
            AdviceCondition here = Same(model.Conditions(finding.Corner.SetItem(index, parameter.Value)));
            if (here.For != there.For || here.Against != there.Against)
            {
                moved.Add($"{parameter.Symbol} = {Plain(finding.Corner[index])}");
            }
        }

        return moved.Count == 0 ? string.Empty : $" where {string.Join(", ", moved)}";

        AdviceCondition Same(ImmutableArray<AdviceCondition> conditions) => conditions.First(condition => condition.Name == finding.Condition.Name);
    }

    private static string Reason(WorstCaseProof proof) => proof switch
    {
        WorstCaseProof.Bernstein => " (worst case exact, by Bernstein coefficients)",
        WorstCaseProof.BernsteinBound => " (a safe bound, perhaps not the least)",
        _ => string.Empty,
    };
}
