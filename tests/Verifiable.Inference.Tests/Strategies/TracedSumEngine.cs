using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>The same model as one graph node, with a trace.</summary>
public sealed class TracedSumEngine(float bias = 0, NumericProfile? profile = null) : SumEngine(bias, profile), ITracingEngine
{
    public async ValueTask<TracedOutputs> RunTracedAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        NamedTensors outputs = await RunAsync(inputs, options, cancellationToken).ConfigureAwait(false);
        return new TracedOutputs(outputs, TraceOf(outputs["y"]).Commitment);
    }

    public static TraceTree TraceOf(TensorValue output) => new(1, [new TraceLeaf(0, [new TraceOutput { RowMajor = TensorCommitment.Compute(output) }])]);
}
