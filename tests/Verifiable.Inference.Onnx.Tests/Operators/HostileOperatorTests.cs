using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Sound graph nodes with some of their attributes, inputs and shapes bent: every operator refuses, faults or computes, within memory and time.</summary>
public sealed class HostileOperatorTests
{
    private const long MostBytes = 1 << 18;

    // Cases of each operator; some thousands, asked for by the environment, find what is rare.
    private static readonly int _cases = int.Parse(Environment.GetEnvironmentVariable("HOSTILE_CASES") ?? "60", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly CanonicalEngineOptions _options = new() { MaxTensorBytes = MostBytes, MaxRunBytes = 16 * MostBytes };

    public static TheoryData<int> All => [.. Enumerable.Range(0, OperatorCatalog.Definitions.Length + OperatorCatalog.Composites.Length)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_bent_graph_node_is_refused_or_faults_or_computes(int definition)
    {
        List<string> faults = [];
        for (int i = 0; i < _cases; i++)
        {
            OperatorCase sample = definition < OperatorCatalog.Definitions.Length
                ? OperatorCases.Make(OperatorCatalog.Definitions[definition], (ulong)i)
                : CompositeCases.Make(OperatorCatalog.Composites[definition - OperatorCatalog.Definitions.Length], (ulong)i);
            var bender = new NodeBender(((ulong)definition << 32) + (ulong)i);
            bender.Bend(sample);
            Exception? thrown = null;
            long allocated = 0;
            int threads = 1 + (i % 2);
            var thread = new Thread(() =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                thrown = Record.Exception(() => Run(bender, threads));
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            })
            { IsBackground = true };
            thread.Start();

            // No case takes more than a part of a second: a minute is no measurement but a hang.
            string? fault = !thread.Join(TimeSpan.FromMinutes(1)) ? "does not end"
                : thrown is not null && !IsOurs(thrown) ? $"{thrown}"
                : allocated > 128 * MostBytes ? $"{allocated >> 20} MiB" : null;
            if (fault is not null)
            {
                faults.Add($"case {i}: {bender}: {fault}");
            }
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }

    private static void Run(NodeBender bent, int threads)
    {
        if (!bent.TryMake(out OnnxModel? model, out NamedTensors? inputs))
        {
            return;
        }

        Compare(bent, model.Nodes[0]);
        if (CanonicalEngine.TryCreate(model, _options with { Threads = threads }, out CanonicalEngine? engine, out _))
        {
            _ = engine.RunAsync(inputs, new GenerationOptions(3)).AsTask().GetAwaiter().GetResult();
        }
    }

    // What is computed for inputs that nobody foresaw must be what the definition says of them.
    private static void Compare(NodeBender bent, GraphNode node)
    {
        if (OperatorCatalog.FindComposite(node) is not null || !OperatorCatalog.TryBind(node, null, out BoundOperator? bound, out _))
        {
            return;
        }

        var inputs = new TensorInputs(bent.Inputs);
        var signatures = new TensorSignature[node.Outputs.Length];
        if (!bound.TryInfer(inputs, signatures, out _) || signatures.Any(signature => signature.Shape.ElementCount > MostBytes / 8))
        {
            return;
        }

        TensorBuffer[] buffers = [.. signatures.Select(TensorBuffer.Allocate)];
        var context = new OperatorContext(7);
        if (bound.IsView || !bound.TryCompute(context, bent.Inputs, buffers, 16 * MostBytes, out _))
        {
            return;
        }

        for (int output = 0; output < buffers.Length; output++)
        {
            var actual = new TensorInputs([buffers[output].ToValue()]);
            for (int i = 0; i < Math.Min(32, buffers[output].Length); i++)
            {
                int index = (int)(i * 7919L % buffers[output].Length);
                ulong expected = bound.Element(context, inputs, output, index);
                if (expected != actual.ReadBits(0, index))
                {
                    throw new ArithmeticException($"Output {output}, element {index}: element {expected:x}, compute {actual.ReadBits(0, index):x}.");
                }
            }
        }
    }

    // The engine's own sentence, not an exception of the same type out of the class library.
    private static bool IsOurs(Exception thrown) =>
        thrown is InvalidOperationException && thrown.GetType() == typeof(InvalidOperationException) && thrown.TargetSite?.DeclaringType?.Assembly == typeof(CanonicalEngine).Assembly;
}
