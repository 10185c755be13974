namespace Verifiable.Inference.Onnx.Conformance;

/// <summary>How one case ended, and why when it did not pass. Immutable.</summary>
/// <param name="Name">The case.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why, in one line; empty when it passed.</param>
public sealed record ConformanceResult(string Name, ConformanceOutcome Outcome, string Reason)
{
    /// <summary>Writes the line of a report.</summary>
    public override string ToString() => Outcome == ConformanceOutcome.Passed ? $"pass {Name}" : $"{(Outcome == ConformanceOutcome.Unsupported ? "unsupported" : "fail")} {Name}: {Reason}";

    /// <summary>Writes the totals: the last line of a report.</summary>
    public static string Totals(IReadOnlyCollection<ConformanceResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        int Count(ConformanceOutcome outcome) => results.Count(result => result.Outcome == outcome);
        return FormattableString.Invariant(
            $"{Count(ConformanceOutcome.Passed)} passed, {Count(ConformanceOutcome.Failed)} failed, {Count(ConformanceOutcome.Unsupported)} unsupported");
    }

    internal static ConformanceResult Passed(string name) => new(name, ConformanceOutcome.Passed, string.Empty);

    internal static ConformanceResult Failed(string name, string reason) => new(name, ConformanceOutcome.Failed, OneLine(reason));

    internal static ConformanceResult Unsupported(string name, string reason) => new(name, ConformanceOutcome.Unsupported, OneLine(reason));

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
