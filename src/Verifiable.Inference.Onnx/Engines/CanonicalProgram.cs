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
    // Operators keep tables of the latest shapes, such as the divisors of a pool: they have a part of what an engine keeps.
    private const int TablesDivisor = 4;

    // What a plan and a run have of tables: about twice what was measured.
    private const int TableBytesOfNode = 512;
    private const int TableBytesOfValue = 64;
    private const int TableBytesOfInput = 32;

    private CanonicalProgram(CanonicalGraph graph, ImmutableArray<CanonicalStep> steps, TensorValue?[] constants, int[] owners, int[] inputPlaces, int[] outputPlaces, KeptMemory kept)
    {
        Kept = kept;
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
        TableBytes = ((long)steps.Length * TableBytesOfNode) + ((long)constants.Length * TableBytesOfValue) + (steps.Sum(static step => (long)step.Inputs.Length) * TableBytesOfInput);
    }

    internal CanonicalGraph Graph { get; }

    /// <summary>Gets what the engine keeps between runs of the program and of its bodies.</summary>
    internal KeptMemory Kept { get; }

    /// <summary>Gets about the bytes of the tables of a plan, and of those of a run.</summary>
    internal long TableBytes { get; }

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

    internal static bool TryCreate(
        OnnxModel model, CanonicalEngineOptions options, [NotNullWhen(true)] out CanonicalProgram? program, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        program = null;
        var packs = new PackedMatrices(options.MaxRunBytes, options.MaxKeptBytes / TablesDivisor);
        var kept = new KeptMemory(options.MaxKeptBytes - (options.MaxKeptBytes / TablesDivisor));
        return CanonicalGraph.TryCreate(model, out CanonicalGraph? graph, out refusal)
            && TryCreate(graph, [], new Dictionary<string, TensorValue>(), packs, kept, options, 0, out program, out refusal);
    }

    // A body has further inputs, what it reads of the graph around it, but for constants.
    private static bool TryCreate(
        CanonicalGraph graph,
        ImmutableArray<string> captures,
        IReadOnlyDictionary<string, TensorValue> around,
        PackedMatrices packs,
        KeptMemory kept,
        CanonicalEngineOptions options,
        int depth,
        [NotNullWhen(true)] out CanonicalProgram? program,
        [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        program = null;
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var constants = new List<TensorValue?>();
        var owners = new List<int>();
        int Define(string name, TensorValue? value)
        {
            places[name] = constants.Count;
            constants.Add(value);
            owners.Add(owners.Count);
            return constants.Count - 1;
        }

        IReadOnlyDictionary<string, TensorValue> known = graph.Constants;
        if (captures.Any(around.ContainsKey))
        {
            var all = new Dictionary<string, TensorValue>(graph.Constants, StringComparer.Ordinal);
            foreach (string name in captures.Where(around.ContainsKey))
            {
                all.Add(name, around[name]);
            }

            known = all;
        }

        foreach ((string name, TensorValue value) in known)
        {
            Define(name, value);
        }

        int[] inputs = [.. graph.Inputs.Select(input => Define(input.Name, null)), .. captures.Where(name => !around.ContainsKey(name)).Select(name => Define(name, null))];
        var steps = ImmutableArray.CreateBuilder<CanonicalStep>();
        foreach (GraphNode node in graph.Nodes)
        {
            BoundOperator? bound = BodyOperator.Bind(node, out refusal);
            BodyPrograms? bodies = null;
            if (refusal is not null
                || (bound is null && !TryBind(node, known, packs, depth, out bound, out refusal))
                || (!graph.BodiesOf(node.Index).IsEmpty && !TryCreateBodies(graph, node, known, packs, kept, options, depth, out bodies, out refusal)))
            {
                return false;
            }

            int[] from = [.. node.Inputs.Select(name => name.Length == 0 ? -1 : places[name]), .. node.Captures.Select(name => places[name])];
            int[] to = [.. node.Outputs.Select(name => name.Length == 0 ? -1 : Define(name, null))];
            steps.Add(new CanonicalStep(node, bound!, from, to) { Bodies = bodies });
            if (bound!.IsView && to[0] >= 0)
            {
                owners[to[0]] = owners[from[0]];
            }
        }

        refusal = null;
        program = new CanonicalProgram(graph, steps.ToImmutable(), [.. constants], [.. owners], inputs, [.. graph.Outputs.Select(output => places[output.Name])], kept);
        return true;
    }

    private static bool TryBind(
        GraphNode node,
        IReadOnlyDictionary<string, TensorValue> constants,
        PackedMatrices packs,
        int depth,
        [NotNullWhen(true)] out BoundOperator? bound,
        [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        // Draws are told apart by the number of their graph node, and an iteration has none of its own.
        if (depth > 0 && OperatorFamilies.Draws(node))
        {
            bound = null;
            refusal = node.Refuse(ModelRefusalReason.SubgraphUnsupported, "Expected no operator that draws by chance in a body, for every iteration would draw the same.");
            return false;
        }

        return OperatorCatalog.TryBind(node, constants, packs, out bound, out refusal);
    }

    private static bool TryCreateBodies(
        CanonicalGraph graph,
        GraphNode node,
        IReadOnlyDictionary<string, TensorValue> known,
        PackedMatrices packs,
        KeptMemory kept,
        CanonicalEngineOptions options,
        int depth,
        [NotNullWhen(true)] out BodyPrograms? bodies,
        [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        bodies = null;
        ImmutableArray<CanonicalGraph> graphs = graph.BodiesOf(node.Index);
        var programs = new CanonicalProgram[graphs.Length];
        int[][] captures = new int[graphs.Length][];
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < node.Captures.Length; i++)
        {
            positions.Add(node.Captures[i], node.Inputs.Length + i);
        }

        refusal = depth < options.MaxBodyDepth || node.Bodies.IsEmpty
            ? null
            : node.Refuse(ModelRefusalReason.TooLarge, $"Expected at most {options.MaxBodyDepth} levels of bodies ({nameof(CanonicalEngineOptions.MaxBodyDepth)}), got more.");
        for (int i = 0; refusal is null && i < programs.Length; i++)
        {
            ImmutableArray<string> names = node.Bodies.IsEmpty ? [] : node.Bodies[i].Captures;
            if (!TryCreate(graphs[i], names, known, packs.Within(names.ToHashSet(StringComparer.Ordinal)), kept, options, depth + 1, out CanonicalProgram? program, out refusal))
            {
                return false;
            }

            programs[i] = program;
            captures[i] = [.. names.Where(name => !known.ContainsKey(name)).Select(name => positions[name])];
        }

        bodies = refusal is null ? new BodyPrograms(node, programs, captures, options, kept) : null;
        return bodies is not null;
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
