using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>The list of graph nodes that the page makes of a graph: what leaves number. Bodies are lists of their own.</summary>
internal sealed class PageGraph
{
    private PageGraph(string[] inputs, string[] outputs, IEnumerable<KeyValuePair<string, TensorValue>> constants)
    {
        Inputs = inputs;
        Outputs = outputs;
        Constants = new Dictionary<string, TensorValue>(constants, StringComparer.Ordinal);
    }

    internal string[] Inputs { get; }

    internal string[] Outputs { get; }

    internal List<PageNode> Nodes { get; } = [];

    internal Dictionary<string, TensorValue> Constants { get; }

    /// <summary>Gets the graphs of the bodies of a graph node, of a recurrent cell its steps, by the graph node's number.</summary>
    internal Dictionary<int, List<PageGraph>> Bodies { get; } = [];

    /// <summary>Gets the lines of the page that were used.</summary>
    internal HashSet<int> Lines { get; } = [];

    internal static PageGraph Of(OnnxModel model) => Of(ExpansionPage.Read, model.Inputs, model.Outputs, model.Nodes, model.Initializers);

    private static PageGraph Of(
        ExpansionPage page, ImmutableArray<GraphValue> inputs, ImmutableArray<GraphValue> outputs, ImmutableArray<GraphNode> nodes, IEnumerable<KeyValuePair<string, TensorValue>> constants)
    {
        var graph = new PageGraph([.. inputs.Select(input => input.Name)], [.. outputs.Select(output => output.Name)], constants);
        foreach (GraphNode node in nodes)
        {
            var own = PageNode.Of(node);
            graph.Append(page, own);
            int number = graph.Nodes.Count - 1;
            List<PageGraph> bodies = [.. node.Bodies.Select(body => Of(page, body.Inputs, body.Outputs, body.Nodes, body.Initializers))];
            if (page.FindStep(own) is { } step)
            {
                int directions = own.Text("direction", "forward") == "bidirectional" ? 2 : 1;
                bodies.AddRange(Enumerable.Range(0, directions).Select(direction => Step(page, step, own, $"%{number}.{direction}.", direction)));
            }

            if (bodies.Count > 0)
            {
                graph.Bodies.Add(number, bodies);
                graph.Lines.UnionWith(bodies.SelectMany(body => body.Lines));
            }
        }

        return graph;
    }

    private static PageGraph Step(ExpansionPage page, ExpansionBlock step, PageNode node, string prefix, int direction)
    {
        var run = new ExpansionRun(page, step, node, prefix, direction);
        string[] outputs = run.Run();
        var graph = new PageGraph([.. step.StepInputs.Select(input => prefix + input)], outputs, run.Constants);
        graph.Nodes.AddRange(run.Nodes);
        graph.Lines.UnionWith(run.Lines);
        return graph;
    }

    private void Append(ExpansionPage page, PageNode node)
    {
        if (page.Find(node) is not { } block)
        {
            Nodes.Add(node);
            return;
        }

        // Unlike any name of a model, which holds no such character.
        var run = new ExpansionRun(page, block, node, $"\0{Nodes.Count}.{node.OperatorType}.");
        run.Run();
        Lines.UnionWith(run.Lines);
        foreach ((string name, TensorValue value) in run.Constants)
        {
            Constants.Add(name, value);
        }

        foreach (PageNode inner in run.Nodes)
        {
            Append(page, inner);
        }
    }
}
