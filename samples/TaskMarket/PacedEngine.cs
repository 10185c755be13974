using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>Takes its time, in virtual time: a fifth of a second to a second and a half.</summary>
internal sealed class PacedEngine(IInferenceEngine inner, TimeProvider time, IRandomSource randomness) : IInferenceEngine
{
    public EngineDescription Description => inner.Description;

    public async ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200 + Chance.Below(randomness, 1300)), time, cancellationToken);
        return await inner.RunAsync(inputs, options, cancellationToken);
    }
}
