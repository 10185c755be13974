using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Conformance;

/// <summary>One run of a model with its expected outputs. A refusal is no failure; whatever else happens is one.</summary>
internal static class ConformanceCase
{
    /// <summary>Makes an engine, or says why there is none.</summary>
    internal static CanonicalEngine? Load(string name, string path, out ConformanceResult? refused)
    {
        refused = null;
        if (!OnnxModel.TryLoad(path, out OnnxModel? model, out ModelRefusal? refusal) || !CanonicalEngine.TryCreate(model, null, out CanonicalEngine? engine, out refusal))
        {
            refused = ConformanceResult.Unsupported(name, refusal.ToString());
            return null;
        }

        return engine;
    }

    /// <summary>Runs a model once and compares the outputs that are expected, by their places in the model's list.</summary>
    internal static async Task<ConformanceResult> RunAsync(
        string name, CanonicalEngine engine, NamedTensors inputs, IReadOnlyList<(int Place, TensorValue Tensor)> expected, CancellationToken cancellationToken)
    {
        if (expected.Count == 0)
        {
            return ConformanceResult.Failed(name, "there is no expected output");
        }

        NamedTensors outputs;
        try
        {
            outputs = await engine.RunAsync(inputs, new GenerationOptions(0), cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException exception) when (exception.GetType() == typeof(InvalidOperationException))
        {
            // How the engine refuses what it learns only when it sees the inputs: a type that an operator does not take, a mode that is a tensor.
            return ConformanceResult.Unsupported(name, "refused while running: " + exception.Message);
        }

        bool isExact = DataMovement.IsAllOf(engine.Model);
        foreach ((int place, TensorValue tensor) in expected)
        {
            if (place >= engine.Model.Outputs.Length)
            {
                return ConformanceResult.Failed(name, $"output {place} is expected, the model has {engine.Model.Outputs.Length}");
            }

            if (ExpectedTensors.Compare(tensor, outputs[engine.Model.Outputs[place].Name], isExact) is string fault)
            {
                return ConformanceResult.Failed(name, $"output {place}: {fault}");
            }
        }

        return ConformanceResult.Passed(name);
    }

    /// <summary>Runs a case within a time limit and takes every exception for a failure.</summary>
    internal static ConformanceResult Guard(string name, TimeSpan limit, Func<CancellationToken, Task<ConformanceResult>> run)
    {
        using var cancellation = new CancellationTokenSource(limit);
        Task<ConformanceResult> task = Task.Run(() => run(cancellation.Token), CancellationToken.None);
        try
        {
            // Somewhat longer than the limit, so that an engine that stops when it is told to has its time to do so. One that does not is left behind.
            return task.Wait(limit + TimeSpan.FromSeconds(5), CancellationToken.None)
                ? task.GetAwaiter().GetResult()
                : ConformanceResult.Failed(name, FormattableString.Invariant($"did not stop within {limit.TotalSeconds} s"));
        }
#pragma warning disable CA1031 // A case that throws is a failed case, whatever it throws, and the others still run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Exception cause = exception is AggregateException { InnerException: Exception inner } ? inner : exception;
            return ConformanceResult.Failed(
                name, cause is OperationCanceledException ? FormattableString.Invariant($"took longer than {limit.TotalSeconds} s") : $"{cause.GetType().Name}: {cause.Message}");
        }
    }
}
