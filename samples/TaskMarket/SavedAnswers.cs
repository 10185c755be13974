using System.Collections.Concurrent;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>Computes each image once and remembers the answer: twenty providers and six scenarios ask for the same five hundred. What it would have cost them is metered all the same.</summary>
internal sealed class SavedAnswers(IInferenceEngine inner) : IInferenceEngine
{
    private readonly ConcurrentDictionary<ulong, NamedTensors> _answers = new();

    public EngineDescription Description => inner.Description;

    // An image's number is the seed of its order.
    public async ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
        _answers.TryGetValue(options.Seed, out NamedTensors? answer) ? answer : _answers[options.Seed] = await inner.RunAsync(inputs, options, cancellationToken);
}
