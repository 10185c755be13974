using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>How a program is run for inputs of known shapes: what is folded, what is joined to chains, and where values stand in memory. Thread-safe.</summary>
internal sealed class ExecutionPlan
{
    // Runs at the same time need memory each; more than a few are not kept.
    private const int MostIdleFrames = 4;

    // Where lengths grow from run to run, as those of a decoder do, memory is planned for a quarter more, so that the next plans find room in it.
    private const int GrowthDivisor = 4;

    private readonly Lock _gate = new();
    private readonly Stack<RunFrame> _idle = new();
    private readonly Stack<Memory<byte>[]> _spare = new();

    private ExecutionPlan(CanonicalProgram program, CanonicalEngineOptions options, ShapePlan shapes, MemoryPlan memory, HashSet<int> fresh, int[][] freed)
    {
        Program = program;
        Options = options;
        Steps = [.. shapes.Steps];
        Shapes = shapes;
        Known = shapes.Known;
        Memory = memory;
        Fresh = fresh;
        Freed = freed;
        FreshBytes = FreshBytesOf(shapes, fresh);
        if (memory.Bytes > options.MaxRunBytes - FreshBytes)
        {
            throw new InvalidOperationException(
                $"Expected a run of at most {options.MaxRunBytes} bytes ({nameof(CanonicalEngineOptions.MaxRunBytes)}), got one of {memory.Bytes} bytes beside {FreshBytes} of outputs.");
        }
    }

    internal CanonicalProgram Program { get; }

    internal CanonicalEngineOptions Options { get; }

    internal ImmutableArray<PlannedStep> Steps { get; }

    /// <summary>Gets the shapes that the plan was made from.</summary>
    internal ShapePlan Shapes { get; }

    /// <summary>Gets the values that are known before a run, by place.</summary>
    internal TensorValue?[] Known { get; }

    internal MemoryPlan Memory { get; }

    /// <summary>Gets the places whose memory is made anew in each run, because the caller keeps it.</summary>
    internal HashSet<int> Fresh { get; }

    internal long FreshBytes { get; }

    /// <summary>Gets, by position, the places of dynamic values, and of views of them, that nothing needs afterwards.</summary>
    internal int[][] Freed { get; }

    /// <summary>Makes a plan.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">The limits.</param>
    /// <param name="inputs">The types and shapes of the inputs, in the model's order.</param>
    /// <param name="stored">Tells which graph nodes' outputs must be stored because somebody watches them.</param>
    /// <param name="cancellationToken">Stops the planning.</param>
    /// <param name="previous">A plan of the same program and options for other shapes, from which is taken what is the same: shapes, and memory that is large enough. It changes
    /// no result.</param>
    /// <exception cref="InvalidOperationException">A graph node does not fit these shapes, or a limit is passed.</exception>
    internal static ExecutionPlan Make(
        CanonicalProgram program,
        CanonicalEngineOptions options,
        TensorSignature[] inputs,
        Func<int, bool> stored,
        CancellationToken cancellationToken,
        ExecutionPlan? previous = null)
    {
        ShapePlan shapes = ShapePlan.Make(program, options, [.. inputs.Select(input => (TensorSignature?)input)], cancellationToken, previous?.Shapes);
        ChainPlan.Join(program, shapes, stored);
        int[] owners = program.Owners;
        HashSet<int> fresh = [];
        foreach (int place in program.OutputPlaces)
        {
            fresh.Add(owners[place]);
        }

        int[] last = new int[owners.Length];
        for (int place = 0; place < last.Length; place++)
        {
            last[place] = -1;
        }

        for (int i = 0; i < shapes.Steps.Count; i++)
        {
            CanonicalStep step = shapes.Steps[i].Step;

            // A chain is computed where it starts, but is watched, and counts as a reader, where its graph nodes stand.
            MarkLast(last, owners, step.Inputs, i);
            MarkLast(last, owners, step.Outputs, i);
        }

        var spans = new List<MemoryPlan.Span>();
        var freed = new List<int>[shapes.Steps.Count];
        var dynamic = new HashSet<int>();
        for (int i = 0; i < shapes.Steps.Count; i++)
        {
            PlannedStep step = shapes.Steps[i];
            for (int output = 0; output < step.Step.Outputs.Length; output++)
            {
                int place = step.Step.Outputs[output];
                if (place < 0 || fresh.Contains(owners[place]))
                {
                    continue;
                }

                if (owners[place] != place)
                {
                    // A view holds the memory of its owner, and goes with it.
                    if (dynamic.Contains(owners[place]))
                    {
                        (freed[last[owners[place]]] ??= []).Add(place);
                    }
                }
                else if (step.Kind is PlannedStepKind.Dynamic or PlannedStepKind.Bodies)
                {
                    dynamic.Add(place);
                    (freed[last[place]] ??= []).Add(place);
                }
                else if (step.Kind == PlannedStepKind.Planned && step.Followers.Count == 0 && IsStored(shapes, step, i))
                {
                    spans.Add(new MemoryPlan.Span(place, Math.Max(1, BytesOf(step.Outputs[output])), step.Head >= 0 ? step.Head : i, last[place]));
                }
            }
        }

        // Far from the limit only, so that it does not depend on earlier runs what it allows.
        long most = (options.MaxRunBytes / 8) - FreshBytesOf(shapes, fresh);
        bool isShared = previous is not null && previous.Memory.Bytes <= most && previous.Memory.Fits(spans);
        MemoryPlan memory = isShared ? previous!.Memory : Place(spans, previous, most);
        ExecutionPlan plan = new(program, options, shapes, memory, fresh, [.. freed.Select(places => places?.ToArray() ?? [])]);
        if (isShared)
        {
            previous!.Hand(plan);
        }

        return plan;
    }

    private static long FreshBytesOf(ShapePlan shapes, HashSet<int> fresh)
    {
        long bytes = 0;
        foreach (PlannedStep step in shapes.Steps)
        {
            for (int i = 0; step.Kind == PlannedStepKind.Planned && i < step.Outputs.Length; i++)
            {
                bytes += fresh.Contains(step.Step.Outputs[i]) ? BytesOf(step.Outputs[i]) : 0;
            }
        }

        return bytes;
    }

    private static MemoryPlan Place(List<MemoryPlan.Span> spans, ExecutionPlan? previous, long most)
    {
        var exact = MemoryPlan.Make(spans);
        if (previous is null)
        {
            return exact;
        }

        // Only what has grown since the plan before: the rest stays as it is.
        var roomy = MemoryPlan.Make([.. spans.Select(span => previous.Memory.Find(span.Place)?.Span is { } before && span.Bytes > before.Bytes
            ? span with { Bytes = span.Bytes + (span.Bytes / GrowthDivisor) }
            : span)]);
        return roomy.Bytes <= most ? roomy : exact;
    }

    // The memory of runs that are over goes to a plan that has the same places.
    private void Hand(ExecutionPlan next)
    {
        lock (_gate)
        {
            while (_idle.TryPop(out RunFrame? frame))
            {
                next._spare.Push(frame.Blocks);
            }

            while (_spare.TryPop(out Memory<byte>[]? blocks))
            {
                next._spare.Push(blocks);
            }
        }
    }

    /// <summary>Takes memory for a run, used before or new.</summary>
    internal RunFrame Rent()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out RunFrame? frame))
            {
                return frame;
            }

            if (_spare.TryPop(out Memory<byte>[]? blocks))
            {
                return new RunFrame(this, blocks);
            }
        }

        return new RunFrame(this);
    }

    /// <summary>Gives memory back.</summary>
    internal void Return(RunFrame frame)
    {
        frame.Clear();
        lock (_gate)
        {
            if (_idle.Count < MostIdleFrames)
            {
                _idle.Push(frame);
            }
        }
    }

    internal static long BytesOf(TensorSignature signature) => signature.Shape.ElementCount * ElementTypes.SizeOf(signature.Type);

    private static void MarkLast(int[] last, int[] owners, int[] places, int index)
    {
        foreach (int place in places)
        {
            if (place >= 0)
            {
                last[owners[place]] = index;
            }
        }
    }

    // Whether the output of a graph node is stored: it stands alone, or ends a chain.
    private static bool IsStored(ShapePlan shapes, PlannedStep step, int index) => step.Head < 0 || shapes.Steps[step.Head].Followers[^1].Index == index;
}
