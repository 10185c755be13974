using Verifiable.Inference.Onnx.Tests.Expansions;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>
/// A second implementation in miniature: it runs a model by the lists that the page of expansions gives, the operators of canonical arithmetic and the encodings of commitments, and makes
/// its full trace. It shares no code with the engine but the reader of models.
/// </summary>
internal sealed class PageEngine
{
    private readonly PageGraph _graph;
    private readonly Dictionary<string, PlainTensor> _values;
    private readonly Dictionary<string, SortedSet<int>> _layouts;

    private PageEngine(PageGraph graph, Dictionary<string, PlainTensor> values, Dictionary<string, SortedSet<int>> layouts)
    {
        _graph = graph;
        _values = values;
        _layouts = layouts;
    }

    /// <summary>Gets the encodings of the leaves, in their order.</summary>
    internal List<byte[]> Leaves { get; } = [];

    /// <summary>Gets the trace's commitment.</summary>
    internal byte[] Trace => PlainCommitments.Trace(Leaves);

    internal PlainTensor[] Outputs => [.. _graph.Outputs.Select(name => _values[name])];

    /// <summary>Runs a graph.</summary>
    /// <param name="graph">The list of its graph nodes.</param>
    /// <param name="inputs">What goes in, and for a body what is seen around it.</param>
    /// <param name="layouts">In which layouts values are read; <see langword="null"/> where the graph is the outermost one, or a step.</param>
    internal static PageEngine Run(PageGraph graph, IEnumerable<KeyValuePair<string, PlainTensor>> inputs, Dictionary<string, SortedSet<int>>? layouts = null)
    {
        Dictionary<string, PlainTensor> values = new(inputs, StringComparer.Ordinal);
        foreach ((string name, TensorValue value) in graph.Constants)
        {
            values[name] = PlainTensor.Of(value);
        }

        if (layouts is null)
        {
            layouts = new Dictionary<string, SortedSet<int>>(StringComparer.Ordinal);
            AddLayouts(graph, layouts);
        }

        var run = new PageEngine(graph, values, layouts);
        for (int number = 0; number < graph.Nodes.Count; number++)
        {
            run.Do(number, graph.Nodes[number]);
        }

        return run;
    }

    // The table of traces, section 2.
    private static int LayoutOf(PageNode node, int input) => (node.Domain, node.OperatorType, input) switch
    {
        ("", "MatMul" or "MatMulInteger", 1) or ("", "QLinearMatMul", 3) => PlainCommitments.Columns,
        ("", "Gemm", 1) or ("com.microsoft", "FusedMatMul", 1) when node.Int("transB", 0) == 0 => PlainCommitments.Columns,
        ("", "Gemm", 0) or ("com.microsoft", "FusedMatMul", 0) when node.Int("transA", 0) != 0 => PlainCommitments.Columns,
        ("", "Conv" or "ConvInteger" or "ConvTranspose" or "QLinearConv", 0) => PlainCommitments.ChannelsLast,
        _ => PlainCommitments.Rows,
    };

    private static void AddLayouts(PageGraph graph, Dictionary<string, SortedSet<int>> layouts)
    {
        void Add(string name, int layout)
        {
            layouts.TryAdd(name, []);
            layouts[name].Add(layout);
        }

        foreach (string output in graph.Outputs)
        {
            Add(output, PlainCommitments.Rows);
        }

        foreach (PageNode node in graph.Nodes)
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                Add(node.Inputs[i], LayoutOf(node, i));
            }
        }

        foreach (PageGraph body in graph.Bodies.Values.SelectMany(bodies => bodies))
        {
            AddLayouts(body, layouts);
        }
    }

    private void Do(int number, PageNode node)
    {
        PlainTensor?[] inputs = [.. node.Inputs.Select(name => name.Length == 0 ? null : _values[name])];
        List<byte[]> entries = [];
        byte[]? runs = null;
        PlainTensor[] outputs;
        if (_graph.Bodies.TryGetValue(number, out List<PageGraph>? bodies))
        {
            var run = new PageBodies(node, inputs, bodies, _values, _layouts);
            outputs = run.Do();
            runs = PlainCommitments.Runs(run.Runs);
        }
        else
        {
            outputs = PlainOperators.Compute(node, inputs);
        }

        for (int i = 0; i < node.Outputs.Length; i++)
        {
            string name = node.Outputs[i];
            if (name.Length == 0)
            {
                entries.Add([0]);
                continue;
            }

            _values[name] = outputs[i];
            int[] layouts = _layouts.TryGetValue(name, out SortedSet<int>? read) ? [.. read] : [PlainCommitments.Rows];
            entries.Add([(byte)layouts.Sum(layout => 1 << (layout - 1)), .. layouts.SelectMany(layout => PlainCommitments.Tensor(outputs[i], layout))]);
        }

        Leaves.Add(PlainCommitments.Leaf(number, runs is null ? entries : [.. entries, runs]));
    }
}
