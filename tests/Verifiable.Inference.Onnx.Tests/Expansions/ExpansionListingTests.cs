using System.Globalization;
using System.Text;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>The written-out expansions: what the engine makes of so many forms of every operator that every line of the page of expansions is shown.</summary>
public sealed class ExpansionListingTests
{
    private const string Page = "canonical-expansion-listings.md";
    private const string Heading = "<!-- What follows is written by ExpansionListingTests. -->";
    private const int Tries = 3000;

    // With UPDATE_EXPANSIONS=1 the page is rewritten.
    [Fact]
    public void The_listings_are_those_written_down()
    {
        string path = ExpansionPage.PathOf(Page);
        string written = File.ReadAllText(path);
        int start = written.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length;
        string expected = Write();
        if (Environment.GetEnvironmentVariable("UPDATE_EXPANSIONS") == "1")
        {
            File.WriteAllText(path, written[..start] + expected);
            return;
        }

        Assert.True(written[start..] == expected, $"docs/reference/{Page} does not show what the engine makes of composite operators. A change here changes traces. UPDATE_EXPANSIONS=1 rewrites it.");
    }

    private static string Write()
    {
        var text = new StringBuilder();
        HashSet<int> shown = [];
        foreach (ExpansionBlock block in ExpansionPage.Read.Blocks.Where(block => block.Kind != "procedure").OrderBy(block => block.Kind).ThenBy(block => block.Domain, StringComparer.Ordinal)
            .ThenBy(block => block.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n\n## {(block.Kind == "step" ? "Steps of " : string.Empty)}{block}\n");
            foreach (OnnxModel model in Choose(block, shown))
            {
                Assert.True(CanonicalGraph.TryCreate(model, out CanonicalGraph? graph, out _));
                text.Append("\n```text\n").Append(Head(model.Nodes[0])).Append('\n').AppendJoin('\n', ListingText.Of(graph)).Append("\n```\n");
            }
        }

        return text.ToString().Replace("```\n\n\n", "```\n\n", StringComparison.Ordinal);
    }

    // The smallest form, and then always the one that shows most lines that none has shown.
    private static List<OnnxModel> Choose(ExpansionBlock block, HashSet<int> shown)
    {
        var random = new CaseRandom(41);
        List<(OnnxModel Model, HashSet<int> Lines, int Size)> forms = [];
        for (int i = 0; i < Tries; i++)
        {
            int version = block.Domain.Length > 0 ? 1 : Math.Max(block.Since, 24);
            OnnxModel model = ExpansionForms.Make(block, version, random);
            GraphNode node = model.Nodes[0];
            if (CanonicalGraph.TryCreate(model, out _, out _) && (block.Kind == "step" ? OperatorCatalog.TryBind(node, null, out _, out _) : ExpansionPage.Read.Find(PageNode.Of(node)) is not null))
            {
                forms.Add((model, PageGraph.Of(model).Lines, node.Inputs.Count(input => input.Length > 0) + node.Outputs.Count(output => output.Length > 0) + node.Attributes.Count));
            }
        }

        (OnnxModel Model, HashSet<int> Lines, int Size) next = forms.MinBy(form => form.Size);
        List<OnnxModel> chosen = [];
        do
        {
            chosen.Add(next.Model);
            shown.UnionWith(next.Lines);
            next = forms.MaxBy(form => (form.Lines.Count(line => !shown.Contains(line)), -form.Size));
        }
        while (next.Lines.Any(line => !shown.Contains(line)));

        return chosen;
    }

    private static string Head(GraphNode node)
    {
        string attributes = ListingText.Attributes(PageNode.Of(node));
        string domain = node.Domain.Length == 0 ? "ai.onnx" : node.Domain;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{domain} {node.OperatorType} {node.OpsetVersion} ({string.Join(", ", node.Inputs.Select(Name))}{(attributes.Length > 0 ? "; " : "")}{attributes}) -> ({string.Join(", ", node.Outputs.Select(Name))})");
    }

    private static string Name(string name) => name.Length == 0 ? "none" : name;
}
