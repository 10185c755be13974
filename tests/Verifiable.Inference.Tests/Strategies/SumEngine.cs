using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>A model that adds its inputs, the seed and a bias: honest with bias 0, cheap with another.</summary>
public class SumEngine(float bias = 0, NumericProfile? profile = null) : IInferenceEngine
{
    public int Runs { get; private set; }

    public EngineDescription Description { get; } = new(TestWorld.Model, profile ?? NumericProfile.CanonicalFloat32);

    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        Runs++;
        float sum = bias + options.Seed;
        foreach (float value in inputs["x"].AsSpan<float>())
        {
            sum += value;
        }

        return ValueTask.FromResult(NamedTensors.Of("y", TensorValue.Create(new[] { sum, bias }, 2)));
    }
}
