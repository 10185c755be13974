using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>An engine that gives a wrong output, its own, in some runs.</summary>
internal sealed class ErringEngine(NumericProfile profile, float bias, double rate, IRandomSource randomness) : IInferenceEngine
{
    private readonly SumEngine _right = new(0, profile);
    private readonly SumEngine _wrong = new(bias, profile);

    public EngineDescription Description => _right.Description;

    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        randomness.Fill(bytes);
        return (BitConverter.ToUInt32(bytes) < rate * uint.MaxValue ? _wrong : _right).RunAsync(inputs, options, cancellationToken);
    }
}
