using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>How a program is run for inputs of known shapes: what is folded, what is joined to chains, and where values stand in memory. Thread-safe.</summary>
internal sealed class ExecutionPlan : KeptItem
{
    // Runs at the same time need memory each; more than a few are not kept.
    private const int MostIdleFrames = 4;

    // Where lengths grow from run to run, as those of a decoder do, memory is planned for a quarter more, so that the next plans find room in it.
    private const int GrowthDivisor = 4;

    private readonly KeptMemory _kept;
    private readonly PlanCache _cache;
    private readonly List<RunFrame> _idle = [];
    private readonly List<SpareBlocks> _spare = [];
    private readonly List<MemoryPlan.Span>? _spans;
    private long _roomBytes = -1;

    private ExecutionPlan(
        PlanCache cache, CanonicalProgram program, CanonicalEngineOptions options, ShapePlan shapes, MemoryPlan memory, List<MemoryPlan.Span>? spans, HashSet<int> fresh, int[][] freed)
    {
        _cache = cache;
        _kept = cache.Kept;
        _spans = spans;
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

    /// <summary>Gets the bytes that one run holds: values that share memory, outputs, and what was computed before.</summary>
    internal long RunBytes => Memory.Bytes + FreshBytes + Shapes.FoldedBytes;

    /// <summary>Gets a value indicating whether values may have more memory than they need, because an earlier run or a later one needs it.</summary>
    internal bool HasRoom => _spans is not null;

    /// <summary>Gets the bytes that values have beyond what they need.</summary>
    internal long RoomBytes
    {
        get
        {
            if (_roomBytes < 0)
            {
                _roomBytes = _spans is null ? 0 : Memory.Bytes - MemoryPlan.Make(_spans).Bytes;
            }

            return _roomBytes;
        }
    }

    internal override long KeptBytes => Shapes.FoldedBytes + Program.TableBytes;

    /// <summary>Gets, by position, the places of dynamic values, and of views of them, that nothing needs afterwards.</summary>
    internal int[][] Freed { get; }

    /// <summary>Makes a plan.</summary>
    /// <param name="cache">What keeps the plan.</param>
    /// <param name="program">The program.</param>
    /// <param name="options">The limits.</param>
    /// <param name="account">What the run holds.</param>
    /// <param name="inputs">The types and shapes of the inputs, in the model's order.</param>
    /// <param name="stored">Tells which graph nodes' outputs must be stored because somebody watches them.</param>
    /// <param name="cancellationToken">Stops the planning.</param>
    /// <param name="previous">A plan of the same program and options for other shapes, from which is taken what is the same: shapes, and memory that is large enough. It changes
    /// no result.</param>
    /// <exception cref="InvalidOperationException">A graph node does not fit these shapes, or a limit is passed.</exception>
    internal static ExecutionPlan Make(
        PlanCache cache,
        CanonicalProgram program,
        CanonicalEngineOptions options,
        RunAccount account,
        TensorSignature[] inputs,
        Func<int, bool> stored,
        CancellationToken cancellationToken,
        ExecutionPlan? previous = null)
    {
        ShapePlan shapes = ShapePlan.Make(program, options, account, [.. inputs.Select(input => (TensorSignature?)input)], cancellationToken, previous?.Shapes);
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

        // Far from the limit only.
        long most = account.LeftForRoom - FreshBytesOf(shapes, fresh);
        bool isShared = previous is not null && previous.Memory.Bytes <= most && previous.Memory.Fits(spans);
        bool isExact = false;
        MemoryPlan memory = isShared ? previous!.Memory : Place(spans, previous, most, out isExact);
        ExecutionPlan plan = new(cache, program, options, shapes, memory, isExact ? null : spans, fresh, [.. freed.Select(places => places?.ToArray() ?? [])]);
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

    private static MemoryPlan Place(List<MemoryPlan.Span> spans, ExecutionPlan? previous, long most, out bool isExact)
    {
        var exact = MemoryPlan.Make(spans);
        isExact = true;
        if (previous is null)
        {
            return exact;
        }

        // Only what has grown since the plan before: the rest stays as it is.
        var roomy = MemoryPlan.Make([.. spans.Select(span => previous.Memory.Find(span.Place)?.Span is { } before && span.Bytes > before.Bytes
            ? span with { Bytes = span.Bytes + (span.Bytes / GrowthDivisor) }
            : span)]);
        isExact = roomy.Bytes > most || roomy.Bytes == exact.Bytes;
        return isExact ? exact : roomy;
    }

    // The memory of runs that are over goes to a plan that has the same places.
    private void Hand(ExecutionPlan next)
    {
        lock (_kept.Gate)
        {
            Memory<byte>[][] blocks = [.. _idle.Select(frame => frame.Blocks), .. _spare.Select(spare => spare.Blocks)];
            LetGoOfRuns();
            foreach (Memory<byte>[] each in blocks.Take(MostIdleFrames))
            {
                SpareBlocks spare = new(next, each);
                next._spare.Add(spare);
                _kept.Keep(spare);
            }
        }
    }

    /// <summary>Takes memory for a run, used before or new, once the account has room for it.</summary>
    /// <exception cref="InvalidOperationException">There is not so much left.</exception>
    internal RunFrame Rent(RunAccount account)
    {
        long around = account.Held;
        account.Open(this);
        RunFrame? frame = null;
        Memory<byte>[]? blocks = null;
        lock (_kept.Gate)
        {
            if (_idle.Count > 0)
            {
                frame = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                _kept.Remove(frame);
            }
            else if (_spare.Count > 0)
            {
                SpareBlocks spare = _spare[^1];
                _spare.RemoveAt(_spare.Count - 1);
                _kept.Remove(spare);
                blocks = spare.Blocks;
            }
        }

        frame ??= new RunFrame(this, blocks);
        frame.HeldAround = around;
        return frame;
    }

    /// <summary>Gives memory back.</summary>
    internal void Return(RunFrame frame, RunAccount account)
    {
        frame.Clear();
        account.Close(this, frame.HeldAround);
        lock (_kept.Gate)
        {
            // The plan is the later one: its runs' memory goes before it does.
            if (Position.List is not null && _idle.Count < MostIdleFrames)
            {
                _idle.Add(frame);
                _kept.Keep(frame);
                if (Position.List is not null)
                {
                    _kept.Keep(this);
                }
            }
        }
    }

    /// <summary>Keeps the memory of a run no longer.</summary>
    internal void Forget(RunFrame frame) => _idle.Remove(frame);

    /// <summary>Keeps the memory of a run no longer.</summary>
    internal void Forget(SpareBlocks spare) => _spare.Remove(spare);

    /// <summary>Keeps the memory of no run. Called under the lock of what is kept.</summary>
    internal void LetGoOfRuns()
    {
        foreach (KeptItem item in (KeptItem[])[.. _idle, .. _spare])
        {
            _kept.Remove(item);
        }

        _idle.Clear();
        _spare.Clear();
    }

    internal override void LetGo()
    {
        LetGoOfRuns();
        _cache.Forget(this);
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
