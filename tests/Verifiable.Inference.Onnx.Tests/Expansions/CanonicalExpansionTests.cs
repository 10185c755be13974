using System.Text.RegularExpressions;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>The page of expansions says what the engine does: its blocks, which are run here, give the engine's lists of graph nodes in every form.</summary>
public sealed partial class CanonicalExpansionTests
{
    private const int Forms = 1500;

    private static readonly string[] _cells = ["GRU", "LSTM", "RNN"];

    public static TheoryData<string> Blocks => [.. ExpansionPage.Read.Blocks.Where(block => block.Kind != "procedure").Select(block => block.ToString())];

    [Fact]
    public void Every_composite_operator_and_every_cell_has_a_block()
    {
        Assert.Equal(
            OperatorCatalog.Composites.Select(definition => (definition.Domain, definition.Name, definition.SinceVersion)).Where(key => key is not ("", "Attention", 24)).Order(),
            ExpansionPage.Read.Operators.Select(block => (block.Domain, block.Name, block.Since)).Order());
        Assert.Equal(_cells, ExpansionPage.Read.Blocks.Where(block => block.Kind == "step").Select(block => block.Name).Order());
    }

    // 24 is the newest version whose expansions differ from those of 23, by the seventh input.
    [Theory]
    [MemberData(nameof(Blocks))]
    public void The_page_gives_the_lists_of_the_engine(string name)
    {
        ExpansionBlock block = ExpansionPage.Read.Blocks.Single(block => block.ToString() == name && block.Kind != "procedure");
        var random = new CaseRandom(29);
        HashSet<int> versions = [];
        HashSet<string> seen = [];
        HashSet<int> lines = [];
        for (int form = 0; form < Forms; form++)
        {
            int version = Version(block, random);
            OnnxModel model = ExpansionForms.Make(block, version, random);
            if (IsRefused(model) || !CanonicalGraph.TryCreate(model, out CanonicalGraph? expected, out _))
            {
                continue;
            }

            var graph = PageGraph.Of(model);
            string[] text = ListingText.Of(expected);
            Assert.True(text.SequenceEqual(ListingText.Of(graph)), $"Of {Describe(model)} the engine makes\n{string.Join("\n", text)}\nand the page\n{string.Join("\n", ListingText.Of(graph))}");
            versions.Add(version);
            lines.UnionWith(graph.Lines);
            seen.Add(string.Join("\n", text));
        }

        Assert.NotEmpty(seen);
        Assert.True(block.Kind == "step" || block.Domain.Length > 0 || versions.Contains(block.Since), $"Expected forms of version {block.Since}, got those of {string.Join(", ", versions)}.");

        // A line that no form runs would not be compared with anything.
        string[] missed = [.. block.Lines.SelectMany(line => line.All()).Where(line => line.Text != "else:" && !lines.Contains(line.Number)).Select(line => line.ToString())];
        Assert.True(missed.Length == 0, $"Expected every line to be compared in {seen.Count} forms, got none for\n{string.Join("\n", missed)}");
    }

    [Fact]
    public void Every_line_of_every_procedure_is_compared()
    {
        HashSet<int> lines = [];
        foreach (ExpansionBlock block in ExpansionPage.Read.Blocks.Where(block => block.Kind != "procedure"))
        {
            var random = new CaseRandom(31);
            for (int form = 0; form < Forms / 2; form++)
            {
                OnnxModel model = ExpansionForms.Make(block, Version(block, random), random);
                if (!IsRefused(model))
                {
                    lines.UnionWith(PageGraph.Of(model).Lines);
                }
            }
        }

        Assert.Empty(ExpansionPage.Read.Procedures.Values.SelectMany(block => block.Lines).SelectMany(line => line.All()).Where(line => line.Text != "else:" && !lines.Contains(line.Number)).Select(line => line.ToString()));
    }

    // A refusal lists the attributes that the engine looks at.
    [Theory]
    [MemberData(nameof(Blocks))]
    public void The_page_names_the_attributes_that_the_engine_reads(string name)
    {
        ExpansionBlock block = ExpansionPage.Read.Blocks.Single(block => block.ToString() == name && block.Kind != "procedure");
        HashSet<string> read = [];
        var random = new CaseRandom(37);
        for (int form = 0; form < 400; form++)
        {
            OnnxModel model = ExpansionForms.Make(block, Version(block, random), random);
            if (!IsRefused(model) && (block.Kind == "step" || ExpansionPage.Read.Find(PageNode.Of(model.Nodes[0])) is not null))
            {
                GraphNode node = model.Nodes[0];
                OnnxModel bent = ExpansionForms.Model(block, node.OpsetVersion, [.. node.Inputs], [.. node.Outputs], [.. node.Attributes.Select(pair => (pair.Key, pair.Value)), ("zz", AttributeValue.Of(1))]);
                string message = Refusal(bent) ?? throw new InvalidOperationException("Expected an attribute that nobody knows to be refused.");
                read.UnionWith(Expected().Match(message).Groups[1].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries));
            }
        }

        Assert.Equal(block.Attributes.Keys.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    private static int Version(ExpansionBlock block, CaseRandom random) => block.Domain.Length > 0 ? random.Between(1, 2)
        : block.Kind == "step" ? random.Between(7, OperatorCatalog.NewestOpset) : random.Between(block.Since, OperatorCatalog.NewestOpset);

    // Cells are refused where their operator is bound.
    private static bool IsRefused(OnnxModel model) => Refusal(model) is not null;

    private static string? Refusal(OnnxModel model) => !CanonicalGraph.TryCreate(model, out _, out ModelRefusal? refusal) ? refusal.Message
        : _cells.Contains(model.Nodes[0].OperatorType) && !OperatorCatalog.TryBind(model.Nodes[0], null, out _, out refusal) ? refusal.Message : null;

    private static string Describe(OnnxModel model)
    {
        GraphNode node = model.Nodes[0];
        return $"{node} of version {node.OpsetVersion} ({string.Join(", ", node.Inputs)}) -> ({string.Join(", ", node.Outputs)}) with {string.Join(", ", node.Attributes.Keys)}";
    }

    [GeneratedRegex(@"only attributes \[(.*)\], got 'zz'")]
    private static partial Regex Expected();
}
