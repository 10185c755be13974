using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>
/// Infers, for inputs of known shapes, the shapes of all values that depend on nothing else, and computes the small values that depend on shapes and constants only.
/// Used by one thread.
/// </summary>
internal sealed class ShapePlan
{
    // Larger constants are computed in each run, where their memory can be used again.
    private const long MostFoldedBytes = 1 << 20;

    // A graph node of a few bytes can name a constant of the size above, and a model has many graph nodes.
    private const long MostFoldedBytesOfAll = 1 << 26;

    // What is computed before the run leaves most of what the run may hold to the rest.
    private const int FoldedDivisor = 8;

    private readonly CanonicalProgram _program;
    private readonly CanonicalEngineOptions _options;
    private readonly OperatorContext _context;
    private readonly RunAccount _account;
    private readonly long _mostFolded;

    private ShapePlan(CanonicalProgram program, CanonicalEngineOptions options, RunAccount account, CancellationToken cancellationToken)
    {
        _program = program;
        _options = options;
        _account = account;
        _mostFolded = account.LeftOf(MostFoldedBytesOfAll * FoldedDivisor) / FoldedDivisor;
        _context = new OperatorContext(0, 1, cancellationToken);
        Known = (TensorValue?[])program.Constants.Clone();
        Signatures = new TensorSignature?[Known.Length];
        for (int place = 0; place < Known.Length; place++)
        {
            Signatures[place] = Known[place] is TensorValue value ? new TensorSignature(value.Type, value.Shape) : null;
        }
    }

    /// <summary>Gets the values that are known before a run, by place.</summary>
    internal TensorValue?[] Known { get; }

    /// <summary>Gets the types and shapes that are known before a run, by place.</summary>
    internal TensorSignature?[] Signatures { get; }

    /// <summary>Gets what becomes of the graph nodes.</summary>
    internal List<PlannedStep> Steps { get; } = [];

    /// <summary>Gets the bytes of the small values that are computed.</summary>
    internal long FoldedBytes { get; private set; }

    /// <summary>Makes the plan.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">The limits.</param>
    /// <param name="account">What the run holds: what is computed counts, and is not computed before the run where it does not fit.</param>
    /// <param name="inputs">The types and shapes of the inputs, in the program's order; <see langword="null"/> where they are not known.</param>
    /// <param name="cancellationToken">Stops the planning.</param>
    /// <param name="previous">A plan of the same program and options for other inputs: graph nodes whose inputs are there what they are here are taken from it.</param>
    /// <exception cref="InvalidOperationException">A graph node does not fit these shapes, or a tensor would be too large.</exception>
    internal static ShapePlan Make(
        CanonicalProgram program, CanonicalEngineOptions options, RunAccount account, ReadOnlySpan<TensorSignature?> inputs, CancellationToken cancellationToken, ShapePlan? previous = null)
    {
        var plan = new ShapePlan(program, options, account, cancellationToken);
        for (int i = 0; i < inputs.Length; i++)
        {
            plan.Signatures[program.InputPlaces[i]] = inputs[i];
        }

        for (int i = 0; i < program.Steps.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CanonicalStep step = program.Steps[i];
            plan.Steps.Add(previous is not null && plan.IsAsIn(previous, step) && plan.Take(previous, previous.Steps[i]) is { } taken ? taken : plan.Infer(step));
        }

        return plan;
    }

    // What is known of every input is what was known: the same shapes, and the same elements where there are any.
    private bool IsAsIn(ShapePlan previous, CanonicalStep step)
    {
        foreach (int place in step.Inputs)
        {
            if (place >= 0 && (Signatures[place] is null || Signatures[place] != previous.Signatures[place] || !IsSame(Known[place], previous.Known[place])))
            {
                return false;
            }
        }

        return step.Operator is not BodyOperator;
    }

    private static bool IsSame(TensorValue? value, TensorValue? other) => ReferenceEquals(value, other) || (value is not null && other is not null && value.Equals(other));

    private PlannedStep? Take(ShapePlan previous, PlannedStep planned)
    {
        long bytes = 0;
        if (planned.Kind == PlannedStepKind.Folded && !planned.Step.Operator.IsView)
        {
            foreach (int place in planned.Step.Outputs)
            {
                bytes += place < 0 ? 0 : previous.Known[place]!.Bytes.Length;
            }
        }

        if (!TryHold(bytes))
        {
            return null;
        }

        foreach (int place in planned.Step.Outputs)
        {
            if (place >= 0)
            {
                Signatures[place] = previous.Signatures[place];
                Known[place] = previous.Known[place];
            }
        }

        return new PlannedStep(planned.Step, planned.Kind, planned.Outputs);
    }

    private bool TryHold(long bytes)
    {
        if (bytes > _mostFolded - FoldedBytes)
        {
            return false;
        }

        _account.Take(null, bytes);
        FoldedBytes += bytes;
        return true;
    }

    private PlannedStep Infer(CanonicalStep step)
    {
        if (step.Operator is BodyOperator bodies)
        {
            return InferBodies(step, bodies);
        }

        foreach (int place in step.Inputs)
        {
            if (place >= 0 && Signatures[place] is null)
            {
                return new PlannedStep(step, PlannedStepKind.Dynamic, []);
            }
        }

        var outputs = new TensorSignature[step.Outputs.Length];
        try
        {
            if (!step.Operator.TryInfer(new PlannedInputs(this, step) { CancellationToken = _context.CancellationToken }, outputs, out string? fault))
            {
                throw new InvalidOperationException($"{step.Node}: {fault}");
            }
        }
        catch (ElementNotKnownException)
        {
            return new PlannedStep(step, PlannedStepKind.Dynamic, []);
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            if (step.Outputs[i] >= 0)
            {
                Signatures[step.Outputs[i]] = outputs[i];
                if (!step.Operator.IsView)
                {
                    _options.RequireTensor(step.Node, outputs[i]);
                }
            }
        }

        return new PlannedStep(step, TryFold(step, outputs) ? PlannedStepKind.Folded : step.Operator.IsView ? PlannedStepKind.View : PlannedStepKind.Planned, outputs);
    }

    private PlannedStep InferBodies(CanonicalStep step, BodyOperator bodies)
    {
        _context.CancellationToken.ThrowIfCancellationRequested();
        TensorSignature?[] outputs = bodies.Infer(new BodyShapes(this, step, _options, _account, _context.CancellationToken));
        for (int i = 0; i < outputs.Length; i++)
        {
            if (step.Outputs[i] >= 0)
            {
                Signatures[step.Outputs[i]] = outputs[i];
            }
        }

        return new PlannedStep(step, PlannedStepKind.Bodies, []) { Expected = outputs };
    }

    private bool TryFold(CanonicalStep step, TensorSignature[] outputs)
    {
        long bytes = 0;
        var from = new TensorValue?[step.Inputs.Length];
        for (int i = 0; i < from.Length; i++)
        {
            from[i] = step.Inputs[i] < 0 ? null : Known[step.Inputs[i]];

            // A shape is all that this operator looks at: its input need not be known.
            if (step.Inputs[i] >= 0 && from[i] is null && !step.Operator.ReadsOnlyShapes)
            {
                return false;
            }
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            bytes += step.Outputs[i] < 0 ? 0 : outputs[i].Shape.ElementCount * ElementTypes.SizeOf(outputs[i].Type);
        }

        if (bytes > MostFoldedBytes)
        {
            return false;
        }

        if (step.Operator.IsView)
        {
            Known[step.Outputs[0]] = TensorValue.Take(outputs[0].Type, outputs[0].Shape, from[0]!.Bytes);
            return true;
        }

        if (!TryHold(bytes))
        {
            return false;
        }

        var buffers = new TensorBuffer?[outputs.Length];
        for (int i = 0; i < buffers.Length; i++)
        {
            buffers[i] = step.Outputs[i] < 0 ? null : TensorBuffer.Allocate(outputs[i]);
        }

        if (step.Operator.ReadsOnlyShapes)
        {
            var reader = new PlannedInputs(this, step);
            for (int i = 0; i < outputs[0].Shape.ElementCount; i++)
            {
                int size = ElementTypes.SizeOf(outputs[0].Type);
                Arithmetic.ElementBits.Write(step.Operator.Element(_context, reader, 0, i), buffers[0]!.Bytes.Slice(i * size, size));
            }
        }
        else
        {
            var context = new OperatorContext(0, 1, _context.CancellationToken);
            if (!step.Operator.TryCompute(context, from, buffers, _account.LeftOf(_options.LargestScratch), out string? fault))
            {
                throw new InvalidOperationException($"{step.Node}: {fault}");
            }

            if (context.SeedWasRead)
            {
                // A draw: each run has its own seed.
                _account.Give(bytes);
                FoldedBytes -= bytes;
                return false;
            }
        }

        for (int i = 0; i < buffers.Length; i++)
        {
            if (buffers[i] is { } buffer)
            {
                Known[step.Outputs[i]] = buffer.ToValue();
            }
        }

        return true;
    }

    /// <summary>Inputs whose shapes are known, and whose elements are only where the value is.</summary>
    private sealed class PlannedInputs(ShapePlan plan, CanonicalStep step) : OperatorInputs
    {
        public override int Count => step.Inputs.Length;

        public override TensorSignature? SignatureOf(int input) => step.Inputs[input] < 0 ? null : plan.Signatures[step.Inputs[input]];

        public override ulong ReadBits(int input, long index) =>
            plan.Known[step.Inputs[input]] is TensorValue value ? TensorInputs.ReadBits(value, index) : throw new ElementNotKnownException();
    }

    /// <summary>Says that a shape depends on elements that only a run knows.</summary>
    private sealed class ElementNotKnownException : Exception;
}
