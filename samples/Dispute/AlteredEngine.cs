using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Tensors;

namespace Dispute;

/// <summary>An engine that says of one number inside the model that it is another.</summary>
internal sealed class AlteredEngine(EngineDescription description, Func<NamedTensors, GenerationOptions, AlteredRun> run) : ITracingEngine
{
    public EngineDescription Description => description;

    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) => ValueTask.FromResult(run(inputs, options).Outputs);

    public ValueTask<TracedOutputs> RunTracedAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        AlteredRun altered = run(inputs, options);
        return ValueTask.FromResult(new TracedOutputs(altered.Outputs, altered.Trace.Commitment));
    }
}
