using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>One run of a graph node that has bodies. Used by one thread.</summary>
internal sealed class BodyRun
{
    private readonly BodyPrograms _bodies;
    private readonly CanonicalEngineOptions _options;
    private readonly OperatorContext _context;
    private readonly INodeObserver? _observer;
    private readonly BodyBudget _budget;
    private readonly long _live;
    private long _held;

    /// <summary>Begins the run.</summary>
    /// <param name="bodies">The bodies.</param>
    /// <param name="inputs">The graph node's inputs, and then what its bodies read of the graph around it.</param>
    /// <param name="options">The limits.</param>
    /// <param name="context">The seed, the threads, and the way to stop.</param>
    /// <param name="observer">Who watches this graph node; <see langword="null"/> for nobody.</param>
    /// <param name="budget">What bodies may still do.</param>
    /// <param name="live">The bytes that the run holds already.</param>
    internal BodyRun(BodyPrograms bodies, TensorValue?[] inputs, CanonicalEngineOptions options, OperatorContext context, INodeObserver? observer, BodyBudget budget, long live)
    {
        _bodies = bodies;
        Inputs = inputs;
        _options = options;
        _context = context.With(null);
        _observer = observer;
        _budget = budget;
        _live = live;
    }

    /// <summary>Gets the graph node's inputs, and then what its bodies read.</summary>
    internal TensorValue?[] Inputs { get; }

    internal GraphNode Node => _bodies.Node;

    /// <summary>Runs a body once.</summary>
    /// <param name="body">The body's position in <see cref="GraphNode.Bodies"/>.</param>
    /// <param name="iteration">The number of this run among those of the graph node, from 0.</param>
    /// <param name="inputs">What is fed to it.</param>
    /// <exception cref="InvalidOperationException">A type is not what the body declares, or a limit is passed.</exception>
    internal TensorValue[] Run(int body, long iteration, ReadOnlySpan<TensorValue> inputs)
    {
        _context.CancellationToken.ThrowIfCancellationRequested();
        CanonicalProgram program = _bodies.Programs[body];
        CanonicalGraph declared = program.Graph;
        _budget.Take(Node, program.Steps.Length);
        int[] captures = _bodies.Captures[body];
        var values = new TensorValue[inputs.Length + captures.Length];
        long fed = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            Require(declared.Inputs[i], inputs[i], "input");
            values[i] = inputs[i];

            // Values from the iteration before live beside those of this one.
            fed += iteration > 0 ? inputs[i].Bytes.Length : 0;
        }

        for (int i = 0; i < captures.Length; i++)
        {
            values[inputs.Length + i] = Inputs[captures[i]]!;
        }

        INodeObserver? watching = _observer?.OnBody(Node, body, iteration);
        ExecutionPlan plan = _bodies.Plans[body].Get(values, watching, _context.CancellationToken);
        RunFrame frame = plan.Rent();
        try
        {
            frame.Run(values, _context, watching, _budget, _live + _held + fed);
            var outputs = new TensorValue[program.OutputPlaces.Length];
            for (int i = 0; i < outputs.Length; i++)
            {
                outputs[i] = frame[program.OutputPlaces[i]]!;
                Require(declared.Outputs[i], outputs[i], "output");
            }

            return outputs;
        }
        finally
        {
            plan.Return(frame);
        }
    }

    /// <summary>Counts memory that stays until the graph node is done.</summary>
    /// <exception cref="InvalidOperationException">There is not so much left.</exception>
    internal void Hold(long bytes)
    {
        _held += bytes;
        if (_held > _options.MaxRunBytes - _live)
        {
            throw Fault($"expected a run of at most {_options.MaxRunBytes} bytes ({nameof(CanonicalEngineOptions.MaxRunBytes)}), got {_live} and {_held} in iterations");
        }
    }

    /// <summary>Requires that a number of iterations is within the limit.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    internal void RequireIterations(long count)
    {
        if (count > _options.MaxIterations)
        {
            throw Fault($"expected at most {_options.MaxIterations} iterations ({nameof(CanonicalEngineOptions.MaxIterations)}), got more");
        }
    }

    /// <summary>Requires that a tensor is not too large, and counts it.</summary>
    internal void Require(TensorSignature signature)
    {
        _options.RequireTensor(Node, signature);
        Hold(ExecutionPlan.BytesOf(signature));
    }

    /// <summary>Makes a fault that names the graph node.</summary>
    internal InvalidOperationException Fault(string text) => new($"{Node}: {text}.");

    /// <summary>Reads a Boolean that has one element.</summary>
    internal bool ReadCondition(TensorValue value, string what) => value.Type == ElementType.Boolean && value.Length == 1
        ? value.Bytes.Span[0] != 0
        : throw Fault($"expected {what} of one Boolean, got {value}");

    /// <summary>Copies what stands in memory that the graph around uses again once this graph node is done.</summary>
    internal TensorValue Own(TensorValue value)
    {
        foreach (TensorValue? input in Inputs)
        {
            if (input is not null && IsWithin(value, input))
            {
                return TensorValue.Take(value.Type, value.Shape, value.Bytes.ToArray());
            }
        }

        return value;
    }

    private static bool IsWithin(TensorValue value, TensorValue input) =>
        MemoryMarshal.TryGetArray(value.Bytes, out ArraySegment<byte> mine) && MemoryMarshal.TryGetArray(input.Bytes, out ArraySegment<byte> theirs) && ReferenceEquals(mine.Array, theirs.Array);

    // Lengths that a body declares are what its exporter saw, and no promise.
    private void Require(GraphValue declared, TensorValue value, string what)
    {
        if (declared.Type != ElementType.None && declared.Type != value.Type)
        {
            throw Fault($"expected the {what} '{declared}' of a body, got {value}");
        }
    }
}
