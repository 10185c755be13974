using System.Globalization;
using System.Text.RegularExpressions;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>A block of the page: the expansion of an operator, a step of a recurrent cell, or a procedure.</summary>
internal sealed partial class ExpansionBlock
{
    private ExpansionBlock(string kind, string domain, string name, int since, string[] inputs, string[] stepInputs, string[] outputs, List<ExpansionLine> lines)
    {
        Kind = kind;
        Domain = domain;
        Name = name;
        Since = since;
        HasMoreInputs = inputs is [.., "..."];
        Inputs = [.. inputs.Where(input => input != "...").Select(input => input.TrimEnd('?'))];
        OptionalInputs = [.. inputs.Where(input => input.EndsWith('?')).Select(input => input.TrimEnd('?'))];
        StepInputs = stepInputs;
        Outputs = outputs;
        Lines = lines;
        for (int i = 0; i < lines.Count;)
        {
            Match with = WithLine().Match(lines[i].Text);
            Match when = WhenLine().Match(lines[i].Text);
            if (with.Success)
            {
                Attributes.Add(with.Groups[1].Value, (with.Groups[2].Value, with.Groups[4].Success ? with.Groups[4].Value : null));
            }
            else if (when.Success)
            {
                Condition = when.Groups[1].Value;
            }
            else
            {
                i++;
                continue;
            }

            lines.RemoveAt(i);
        }
    }

    /// <summary>Gets <c>operator</c>, <c>step</c> or <c>procedure</c>.</summary>
    internal string Kind { get; }

    /// <summary>Gets the domain, empty for ONNX's own.</summary>
    internal string Domain { get; }

    internal string Name { get; }

    internal int Since { get; }

    /// <summary>Gets the names of the inputs, or of a procedure's parameters.</summary>
    internal string[] Inputs { get; }

    internal string[] OptionalInputs { get; }

    /// <summary>Gets whether more inputs may follow those that have names.</summary>
    internal bool HasMoreInputs { get; }

    /// <summary>Gets what goes into a step.</summary>
    internal string[] StepInputs { get; }

    internal string[] Outputs { get; }

    /// <summary>Gets the attributes by name: kind, and default where there is one.</summary>
    internal Dictionary<string, (string Kind, string? Default)> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets when the block holds; <see langword="null"/> for always.</summary>
    internal string? Condition { get; }

    internal List<ExpansionLine> Lines { get; }

    /// <summary>Reads a block.</summary>
    internal static ExpansionBlock Read(List<(int Number, string Text)> lines)
    {
        string head = lines[0].Text;
        if (ProcedureLine().Match(head) is { Success: true } procedure)
        {
            return new ExpansionBlock("procedure", string.Empty, procedure.Groups[1].Value, 0, Names(procedure.Groups[2].Value), [], [], ExpansionLine.Nest(lines.Skip(1)));
        }

        if (StepLine().Match(head) is { Success: true } step)
        {
            return new ExpansionBlock(
                "step", string.Empty, step.Groups[1].Value, 0, Names(step.Groups[2].Value), Names(step.Groups[3].Value), Names(step.Groups[4].Value), ExpansionLine.Nest(lines.Skip(1)));
        }

        Match match = OperatorLine().Match(head);
        Assert.True(match.Success, $"Expected the head of a block at line {lines[0].Number}, got: {head}");
        string domain = match.Groups[1].Value == "ai.onnx" ? string.Empty : match.Groups[1].Value;
        return new ExpansionBlock(
            "operator", domain, match.Groups[2].Value, int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture), Names(match.Groups[4].Value), [], Names(match.Groups[5].Value),
            ExpansionLine.Nest(lines.Skip(1)));
    }

    public override string ToString() => Domain.Length == 0 ? Name : $"{Domain}.{Name}";

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^procedure (\w+)\((.*)\)$")]
    private static partial Regex ProcedureLine();

    [GeneratedRegex(@"^step (\w+) \((.*)\) of \((.*)\) -> \((.*)\)$")]
    private static partial Regex StepLine();

    [GeneratedRegex(@"^([\w.]+) (\w+) (\d+) \((.*)\) -> \((.*)\)$")]
    private static partial Regex OperatorLine();

    [GeneratedRegex(@"^with (\w+): (\w+)( = (.*))?$")]
    private static partial Regex WithLine();

    [GeneratedRegex(@"^when (.*)$")]
    private static partial Regex WhenLine();
}
