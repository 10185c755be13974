using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>A model made ready to run: values have places instead of names, operators are bound, and each step knows which values die after it.
/// Immutable and thread-safe.</summary>
internal sealed class CanonicalProgram
{
    private CanonicalProgram(OnnxModel model, ImmutableArray<CanonicalStep> steps, TensorValue?[] constants, int[] inputPlaces, int[] outputPlaces)
    {
        Model = model;
        Steps = steps;
        Constants = constants;
        InputPlaces = inputPlaces;
        OutputPlaces = outputPlaces;
    }

    internal OnnxModel Model { get; }

    internal ImmutableArray<CanonicalStep> Steps { get; }

    /// <summary>Gets the values at the start of a run: constants at their places.</summary>
    internal TensorValue?[] Constants { get; }

    internal int[] InputPlaces { get; }

    internal int[] OutputPlaces { get; }

    internal static bool TryCreate(OnnxModel model, long maxPackedBytes, [NotNullWhen(true)] out CanonicalProgram? program, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        program = null;
        refusal = null;
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var constants = new List<TensorValue?>();
        var packs = new PackedMatrices(maxPackedBytes);

        // The place that owns a value's memory: another one, where the value is a view.
        var owners = new List<int>();
        int Define(string name, TensorValue? value)
        {
            places[name] = constants.Count;
            constants.Add(value);
            owners.Add(owners.Count);
            return constants.Count - 1;
        }

        foreach ((string name, TensorValue value) in model.Initializers)
        {
            Define(name, value);
        }

        int[] inputs = [.. model.Inputs.Select(input => Define(input.Name, null))];
        var steps = new List<(BoundOperator Operator, GraphNode Node, int[] Inputs, int[] Outputs)>();
        foreach (GraphNode node in model.Nodes)
        {
            if (!OperatorCatalog.TryBind(node, model.Initializers, packs, out BoundOperator? bound, out refusal))
            {
                return false;
            }

            int[] from = [.. node.Inputs.Select(name => name.Length == 0 ? -1 : places[name])];
            int[] to = [.. node.Outputs.Select(name => name.Length == 0 ? -1 : Define(name, null))];
            steps.Add((bound, node, from, to));
            if (bound.IsView && to[0] >= 0)
            {
                owners[to[0]] = owners[from[0]];
            }
        }

        int[] outputs = [.. model.Outputs.Select(output => places[output.Name])];
        var live = new HashSet<int>(outputs);
        HashSet<int> owning = [.. outputs.Select(place => owners[place])];
        var finished = new CanonicalStep[steps.Count];
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            (BoundOperator bound, GraphNode node, int[] from, int[] to) = steps[i];
            int[] dying = [.. from.Concat(to).Where(place => place >= 0 && constants[place] is null && live.Add(place)).Distinct()];
            int[] freed = [.. dying.Select(place => owners[place]).Where(owner => constants[owner] is null && owning.Add(owner)).Distinct()];
            finished[i] = new CanonicalStep(node, bound, from, to, dying, freed);
        }

        program = new CanonicalProgram(model, [.. finished], [.. constants], inputs, outputs);
        return true;
    }
}
