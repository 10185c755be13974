using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>The memory of one run of a plan, used again by the next. Used by one run at a time.</summary>
internal sealed class RunFrame : KeptItem
{
    private readonly ExecutionPlan _plan;
    private readonly TensorValue?[] _values;
    private readonly TensorBuffer?[] _buffers;
    private readonly TensorValue?[][] _inputs;
    private readonly TensorBuffer?[][] _outputs;
    private readonly TensorValue?[][] _computed;
    private readonly ChainEpilogue?[] _chains;
    private readonly ChainEpilogue.Link[][] _links;
    private readonly List<int> _transient = [];
    private readonly long[] _dynamicBytes;
    private AppendRun? _appends;

    /// <summary>Takes the memory.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="blocks">The memory of a run that is over, of a plan with the same places; <see langword="null"/> for new memory.</param>
    internal RunFrame(ExecutionPlan plan, Memory<byte>[]? blocks = null)
    {
        _plan = plan;
        CanonicalProgram program = plan.Program;
        _values = (TensorValue?[])plan.Known.Clone();
        _buffers = new TensorBuffer?[_values.Length];
        _dynamicBytes = new long[_values.Length];
        int count = plan.Steps.Length;
        _inputs = new TensorValue?[count][];
        _outputs = new TensorBuffer?[count][];
        _computed = new TensorValue?[count][];
        _chains = new ChainEpilogue?[count];
        _links = new ChainEpilogue.Link[count][];
        blocks ??= [.. plan.Memory.Blocks.Select(Allocate)];
        Blocks = blocks;

        for (int i = 0; i < count; i++)
        {
            PlannedStep step = plan.Steps[i];
            _inputs[i] = new TensorValue?[step.Step.Inputs.Length];
            _outputs[i] = new TensorBuffer?[step.Step.Outputs.Length];
            _computed[i] = new TensorValue?[step.Step.Outputs.Length];
            for (int output = 0; step.Kind == PlannedStepKind.Planned && output < step.Outputs.Length; output++)
            {
                int place = step.Step.Outputs[output];
                if (place >= 0 && plan.Memory.Find(place) is { } slot)
                {
                    _buffers[place] = new TensorBuffer(step.Outputs[output], blocks[slot.Block].Slice(slot.Offset, checked((int)ExecutionPlan.BytesOf(step.Outputs[output]))));
                    if (step.Outputs[output].Type == ElementType.Boolean)
                    {
                        // Memory that was used before may hold what is no Boolean.
                        _buffers[place]!.Bytes.Clear();
                    }

                    _values[place] = _buffers[place]!.ToValue();
                }
            }

            // A view of memory that stays needs to be made once.
            if (step.Kind == PlannedStepKind.View && _values[step.Step.Inputs[0]] is TensorValue viewed)
            {
                _values[step.Step.Outputs[0]] = TensorValue.Take(step.Outputs[0].Type, step.Outputs[0].Shape, viewed.Bytes);
            }

            if (step.Followers.Count > 0)
            {
                _links[i] = new ChainEpilogue.Link[step.Followers.Count];
                for (int link = 0; link < _links[i].Length; link++)
                {
                    CanonicalStep follower = plan.Steps[step.Followers[link].Index].Step;
                    _links[i][link] = new ChainEpilogue.Link(follower.Operator, new TensorValue?[follower.Inputs.Length], step.Followers[link].Followed);
                }

                _chains[i] = new ChainEpilogue(_links[i], step.Outputs[0].Shape);
            }
        }

        for (int place = 0; place < _values.Length; place++)
        {
            if (_values[place] is null)
            {
                _transient.Add(place);
            }
        }
    }

    internal override long KeptBytes => _plan.Memory.Bytes + _plan.Program.TableBytes;

    /// <summary>Gets or sets the bytes that the run around this one held when it began.</summary>
    internal long HeldAround { get; set; }

    /// <summary>Gets the memory that values share.</summary>
    internal Memory<byte>[] Blocks { get; }

    /// <summary>Gets the value at a place.</summary>
    internal TensorValue? this[int place] => _values[place];

    /// <summary>Runs the plan.</summary>
    /// <param name="inputs">The inputs, in the model's order.</param>
    /// <param name="context">The seed, the threads, and the way to stop.</param>
    /// <param name="observer">Who watches; <see langword="null"/> for nobody.</param>
    /// <param name="account">What the run holds, the memory of this plan counted, and what its bodies may still do.</param>
    /// <param name="appends">The tensors that grow from run to run; <see langword="null"/> for none.</param>
    /// <exception cref="InvalidOperationException">A graph node does not fit elements that its shapes depend on, or a limit is passed.</exception>
    internal void Run(TensorValue[] inputs, OperatorContext context, INodeObserver? observer, RunAccount account, AppendRun? appends = null)
    {
        _appends = appends;
        for (int i = 0; i < inputs.Length; i++)
        {
            _values[_plan.Program.InputPlaces[i]] = inputs[i];
        }

        for (int i = 0; i < _plan.Steps.Length; i++)
        {
            PlannedStep step = _plan.Steps[i];
            context.CancellationToken.ThrowIfCancellationRequested();
            if (step.Kind != PlannedStepKind.Folded && step.Head < 0)
            {
                Execute(i, step, context, observer is not null && (observer.Watched?.Contains(i) ?? true) ? observer : null, account);
            }

            if (observer is not null && (observer.Watched?.Contains(i) ?? true))
            {
                Gather(step.Step.Inputs, _inputs[i]);
                Gather(step.Step.Outputs, _computed[i]);
                if (step.Step.Bodies is not null && step.Kind != PlannedStepKind.Bodies)
                {
                    long held = account.Held;
                    RecurrentSteps.Run(new BodyRun(step.Step.Bodies, _inputs[i], _plan.Options, context, observer, account), _computed[i]);
                    account.ReturnTo(held);
                }

                observer.OnComputed(step.Step.Node, _inputs[i], _computed[i]);
            }

            foreach (int place in _plan.Freed[i])
            {
                account.Give(_dynamicBytes[place]);
                _dynamicBytes[place] = 0;
                _values[place] = null;
            }

            if (step.Kind is PlannedStepKind.Dynamic or PlannedStepKind.Bodies)
            {
                // What is freed here must not be held by the lists that it went through.
                Array.Clear(_inputs[i]);
                Array.Clear(_outputs[i]);
                Array.Clear(_computed[i]);
            }
        }
    }

    internal override void LetGo() => _plan.Forget(this);

    /// <summary>Lets go of what belongs to one run.</summary>
    internal void Clear()
    {
        foreach (int place in _transient)
        {
            _values[place] = null;
        }

        for (int i = 0; i < _inputs.Length; i++)
        {
            Array.Clear(_inputs[i]);
            Array.Clear(_computed[i]);
            Array.Clear(_outputs[i]);
            foreach (ChainEpilogue.Link link in _links[i] ?? [])
            {
                Array.Clear(link.Inputs);
            }
        }

        _appends = null;
        Array.Clear(_dynamicBytes);
    }

    // Zeros are elements of every type, Booleans too.
    private static Memory<byte> Allocate(long bytes)
    {
        byte[] block = AlignedMemory.AllocateZeros(checked((int)bytes + AlignedMemory.LineBytes), out int first);
        return block.AsMemory(first, (int)bytes);
    }

    private void Gather(int[] places, TensorValue?[] values)
    {
        for (int i = 0; i < places.Length; i++)
        {
            values[i] = places[i] < 0 ? null : _values[places[i]];
        }
    }

    private void Execute(int index, PlannedStep step, OperatorContext context, INodeObserver? watching, RunAccount account)
    {
        TensorValue?[] from = _inputs[index];
        Gather(step.Step.Inputs, from);
        if (_appends is not null && _appends.Take(index, from, ref context, out TensorValue? appended))
        {
            // A value in memory that was planned has the shape, and stays: the next run of this frame may compute it.
            _values[step.Step.Outputs[0]] ??= appended;
            return;
        }

        switch (step.Kind)
        {
            case PlannedStepKind.View:
                _values[step.Step.Outputs[0]] ??= TensorValue.Take(step.Outputs[0].Type, step.Outputs[0].Shape, from[0]!.Bytes);
                break;
            case PlannedStepKind.Planned:
                for (int i = 0; i < step.Followers.Count; i++)
                {
                    Gather(_plan.Steps[step.Followers[i].Index].Step.Inputs, _links[index][i].Inputs);
                }

                Compute(index, step.Step, step.Followers.Count > 0 ? _plan.Steps[step.Followers[^1].Index].Step.Outputs : step.Step.Outputs, step.Outputs, context.With(_chains[index]), account);
                break;
            case PlannedStepKind.Bodies:
                RunBodies(step, from, context, watching, account);
                break;
            default:
                Compute(index, step.Step, step.Step.Outputs, InferDynamic(step.Step, from, account, context.CancellationToken), context, account);
                break;
        }
    }

    private void RunBodies(PlannedStep planned, TensorValue?[] from, OperatorContext context, INodeObserver? watching, RunAccount account)
    {
        CanonicalStep step = planned.Step;
        long held = account.Held;
        TensorValue[] outputs = ((BodyOperator)step.Operator).Run(new BodyRun(step.Bodies!, from, _plan.Options, context, watching, account));

        // What the iterations held is gone, but for the outputs.
        account.ReturnTo(held);
        for (int i = 0; i < outputs.Length; i++)
        {
            TensorSignature signature = new(outputs[i].Type, outputs[i].Shape);
            if (planned.Expected[i] is { } expected && expected != signature)
            {
                throw new InvalidOperationException($"{step.Node}: inferred {expected} for output {i}, got {signature}.");
            }

            if (step.Outputs[i] >= 0)
            {
                long bytes = ExecutionPlan.BytesOf(signature);
                account.Take(step.Node, bytes);
                _dynamicBytes[step.Outputs[i]] = bytes;
                _values[step.Outputs[i]] = outputs[i];
            }
        }
    }

    private TensorSignature[] InferDynamic(CanonicalStep step, TensorValue?[] from, RunAccount account, CancellationToken cancellationToken)
    {
        var signatures = new TensorSignature[step.Outputs.Length];
        if (!step.Operator.TryInfer(new TensorInputs(from) { CancellationToken = cancellationToken }, signatures, out string? fault))
        {
            throw new InvalidOperationException($"{step.Node}: {fault}");
        }

        if (step.Operator.IsView)
        {
            _values[step.Outputs[0]] = TensorValue.Take(signatures[0].Type, signatures[0].Shape, from[0]!.Bytes);
            return signatures;
        }

        for (int i = 0; i < signatures.Length; i++)
        {
            int place = step.Outputs[i];
            if (place < 0)
            {
                continue;
            }

            _plan.Options.RequireTensor(step.Node, signatures[i]);
            long bytes = ExecutionPlan.BytesOf(signatures[i]);
            account.Take(step.Node, bytes);
            _dynamicBytes[place] = bytes;
        }

        return signatures;
    }

    private void Compute(int index, CanonicalStep step, int[] places, TensorSignature[] signatures, OperatorContext context, RunAccount account)
    {
        if (step.Operator.IsView)
        {
            return;
        }

        TensorBuffer?[] to = _outputs[index];
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = places[i] < 0 ? null : _buffers[places[i]] ?? TensorBuffer.Allocate(signatures[i]);
        }

        if (!step.Operator.TryCompute(context, _inputs[index], to, account.LeftOf(_plan.Options.LargestScratch), out string? fault))
        {
            throw new InvalidOperationException($"{step.Node}: {fault}");
        }

        for (int i = 0; i < to.Length; i++)
        {
            if (to[i] is { } buffer && _buffers[places[i]] is null)
            {
                _values[places[i]] = buffer.ToValue();
            }
        }
    }
}
