using System.Globalization;
using System.Text;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>The page of operators lists what the catalog has, no more and no less.</summary>
public sealed class OperatorPageTests
{
    private const string Heading = "| operator | versions | |";

    [Fact]
    public void The_page_lists_the_catalog()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Root(), "docs", "reference", "operators.md"));
        string[] listed = [.. lines.SkipWhile(line => line != Heading).Skip(2).TakeWhile(line => line.StartsWith('|'))];
        string[] expected = Table();
        Assert.True(expected.SequenceEqual(listed), $"Expected the table of docs/reference/operators.md to be:\n{string.Join("\n", expected)}");
    }

    private static string[] Table()
    {
        var rows = new SortedDictionary<string, (SortedSet<(int, int)> Versions, string Kind)>(StringComparer.Ordinal);
        void Add(string domain, string name, int since, int until, string kind)
        {
            string key = domain.Length == 0 ? name : $"{name} (`{domain}`)";
            if (!rows.TryGetValue(key, out (SortedSet<(int, int)> Versions, string Kind) row))
            {
                rows.Add(key, row = ([], kind));
            }

            row.Versions.Add((since, until));
        }

        foreach (OperatorDefinition definition in OperatorCatalog.Definitions)
        {
            Add(definition.Domain, definition.Name, definition.SinceVersion, definition.UntilVersion, "");
        }

        foreach (CompositeDefinition definition in OperatorCatalog.Composites)
        {
            Add(definition.Domain, definition.Name, definition.SinceVersion, definition.UntilVersion, "expanded");
        }

        foreach (ControlFlowDefinition definition in ControlFlowDefinition.All)
        {
            Add(string.Empty, definition.Name, definition.SinceVersion, definition.UntilVersion, "runs bodies");
        }

        return [.. rows.Select(row => $"| {row.Key} | {Ranges(row.Value.Versions)} | {row.Value.Kind} |".Replace("|  |", "| |", StringComparison.Ordinal))];
    }

    // Neighbouring ranges are one: a definition may change where the meaning does not.
    private static string Ranges(SortedSet<(int Since, int Until)> versions)
    {
        var text = new StringBuilder();
        (int since, int until) = versions.Min;
        foreach ((int nextSince, int nextUntil) in versions.Skip(1))
        {
            if (nextSince <= until + 1)
            {
                until = Math.Max(until, nextUntil);
                continue;
            }

            text.Append(Range(since, until)).Append(", ");
            (since, until) = (nextSince, nextUntil);
        }

        return text.Append(Range(since, until)).ToString();
    }

    private static string Range(int since, int until) =>
        until == int.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{since}–") : string.Create(CultureInfo.InvariantCulture, $"{since}–{until}");

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Verifiable.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("Expected to run below the folder of Verifiable.sln.");
    }
}
