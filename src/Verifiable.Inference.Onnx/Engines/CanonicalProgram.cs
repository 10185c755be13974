using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>A model made ready to run: composite operators are expanded, values have places instead of names, operators are bound. Immutable and thread-safe.</summary>
internal sealed class CanonicalProgram
{
    private CanonicalProgram(CanonicalGraph graph, ImmutableArray<CanonicalStep> steps, TensorValue?[] constants, int[] owners, int[] inputPlaces, int[] outputPlaces)
    {
        Graph = graph;
        Steps = steps;
        Constants = constants;
        Owners = owners;
        InputPlaces = inputPlaces;
        OutputPlaces = outputPlaces;
        Uses = new int[constants.Length];
        foreach (CanonicalStep step in steps)
        {
            CountUses(step.Inputs);
        }

        CountUses(outputPlaces);
    }

    internal CanonicalGraph Graph { get; }

    internal OnnxModel Model => Graph.Model;

    internal ImmutableArray<CanonicalStep> Steps { get; }

    /// <summary>Gets the values at the start of a run: constants at their places.</summary>
    internal TensorValue?[] Constants { get; }

    /// <summary>Gets the place that owns a value's memory: another one, where the value is a view.</summary>
    internal int[] Owners { get; }

    /// <summary>Gets how often a value is read, outputs of the model counted.</summary>
    internal int[] Uses { get; }

    internal int[] InputPlaces { get; }

    internal int[] OutputPlaces { get; }

    internal static bool TryCreate(OnnxModel model, long maxPackedBytes, [NotNullWhen(true)] out CanonicalProgram? program, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        program = null;
        if (!CanonicalGraph.TryCreate(model, out CanonicalGraph? graph, out refusal))
        {
            return false;
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var constants = new List<TensorValue?>();
        var owners = new List<int>();
        var packs = new PackedMatrices(maxPackedBytes);
        int Define(string name, TensorValue? value)
        {
            places[name] = constants.Count;
            constants.Add(value);
            owners.Add(owners.Count);
            return constants.Count - 1;
        }

        foreach ((string name, TensorValue value) in graph.Constants)
        {
            Define(name, value);
        }

        int[] inputs = [.. model.Inputs.Select(input => Define(input.Name, null))];
        var steps = ImmutableArray.CreateBuilder<CanonicalStep>();
        foreach (GraphNode node in graph.Nodes)
        {
            if (!OperatorCatalog.TryBind(node, graph.Constants, packs, out BoundOperator? bound, out refusal))
            {
                return false;
            }

            int[] from = [.. node.Inputs.Select(name => name.Length == 0 ? -1 : places[name])];
            int[] to = [.. node.Outputs.Select(name => name.Length == 0 ? -1 : Define(name, null))];
            steps.Add(new CanonicalStep(node, bound, from, to));
            if (bound.IsView && to[0] >= 0)
            {
                owners[to[0]] = owners[from[0]];
            }
        }

        refusal = null;
        program = new CanonicalProgram(graph, steps.ToImmutable(), [.. constants], [.. owners], inputs, [.. model.Outputs.Select(output => places[output.Name])]);
        return true;
    }

    private void CountUses(int[] places)
    {
        foreach (int place in places)
        {
            if (place >= 0)
            {
                Uses[place]++;
            }
        }
    }
}
