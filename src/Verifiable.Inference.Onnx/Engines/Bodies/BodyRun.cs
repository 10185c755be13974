using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>One run of a graph node that has bodies. Used by one thread.</summary>
internal sealed class BodyRun
{
    // A tensor has an object, an array and a shape beside its elements, which are few in many iterations.
    private const long BytesOfObject = 256;

    private readonly BodyPrograms _bodies;
    private readonly CanonicalEngineOptions _options;
    private readonly OperatorContext _context;
    private readonly INodeObserver? _observer;
    private readonly RunAccount _account;

    /// <summary>Begins the run.</summary>
    /// <param name="bodies">The bodies.</param>
    /// <param name="inputs">The graph node's inputs, and then what its bodies read of the graph around it.</param>
    /// <param name="options">The limits.</param>
    /// <param name="context">The seed, the threads, and the way to stop.</param>
    /// <param name="observer">Who watches this graph node; <see langword="null"/> for nobody.</param>
    /// <param name="account">What the run holds, and what bodies may still do.</param>
    internal BodyRun(BodyPrograms bodies, TensorValue?[] inputs, CanonicalEngineOptions options, OperatorContext context, INodeObserver? observer, RunAccount account)
    {
        _bodies = bodies;
        Inputs = inputs;
        _options = options;
        _context = context.With(null);
        _observer = observer;
        _account = account;
    }

    /// <summary>Gets the graph node's inputs, and then what its bodies read.</summary>
    internal TensorValue?[] Inputs { get; }

    internal GraphNode Node => _bodies.Node;

    /// <summary>Gets the bytes that the whole run holds.</summary>
    internal long Held => _account.Held;

    /// <summary>Counts the bytes that a value of an iteration holds.</summary>
    internal static long BytesOf(TensorValue value) => BytesOf((long)value.Bytes.Length);

    /// <summary>Counts the bytes that a value with so many bytes of elements holds.</summary>
    internal static long BytesOf(long elements) => elements + BytesOfObject;

    /// <summary>Counts the bytes that values of an iteration hold.</summary>
    internal static long BytesOf(ReadOnlySpan<TensorValue> values)
    {
        long bytes = 0;
        foreach (TensorValue value in values)
        {
            bytes += BytesOf(value);
        }

        return bytes;
    }

    /// <summary>Runs a body once. What it gives is held until <see cref="LetGo"/>, whether its memory is new or not.</summary>
    /// <param name="body">The body's position in <see cref="GraphNode.Bodies"/>.</param>
    /// <param name="iteration">The number of this run among those of the graph node, from 0.</param>
    /// <param name="inputs">What is fed to it.</param>
    /// <exception cref="InvalidOperationException">A type is not what the body declares, or a limit is passed.</exception>
    internal TensorValue[] Run(int body, long iteration, ReadOnlySpan<TensorValue> inputs)
    {
        _context.CancellationToken.ThrowIfCancellationRequested();
        CanonicalProgram program = _bodies.Programs[body];
        CanonicalGraph declared = program.Graph;
        _account.TakeNodes(Node, program.Steps.Length);
        int[] captures = _bodies.Captures[body];
        var values = new TensorValue[inputs.Length + captures.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            Require(declared.Inputs[i], inputs[i], "input");
            values[i] = inputs[i];
        }

        for (int i = 0; i < captures.Length; i++)
        {
            values[inputs.Length + i] = Inputs[captures[i]]!;
        }

        INodeObserver? watching = _observer?.OnBody(Node, body, iteration);
        ExecutionPlan plan = _bodies.Plans[body].Get(values, watching, _account, _context.CancellationToken);
        RunFrame frame = plan.Rent(_account);
        var outputs = new TensorValue[program.OutputPlaces.Length];
        try
        {
            frame.Run(values, _context, watching, _account);
            for (int i = 0; i < outputs.Length; i++)
            {
                outputs[i] = frame[program.OutputPlaces[i]]!;
                Require(declared.Outputs[i], outputs[i], "output");
            }
        }
        finally
        {
            plan.Return(frame, _account);
        }

        Hold(BytesOf(outputs));
        return outputs;
    }

    /// <summary>Counts memory that is going to be taken.</summary>
    /// <exception cref="InvalidOperationException">There is not so much left.</exception>
    internal void Hold(long bytes) => _account.Take(Node, bytes);

    /// <summary>Lets go of memory that was counted.</summary>
    internal void LetGo(long bytes) => _account.Give(bytes);

    /// <summary>Lets go of all memory that was counted since a moment.</summary>
    internal void ReturnTo(long held) => _account.ReturnTo(held);

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
                Hold(value.Bytes.Length);
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
