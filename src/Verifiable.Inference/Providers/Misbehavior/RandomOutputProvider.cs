using System.Globalization;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Computes nothing: claims random outputs of the right names, types and shapes, another one for each task. Thread-safe.</summary>
public sealed class RandomOutputProvider : LocalProvider
{
    private readonly NamedTensors _example;
    private readonly SeededRandomSource _randomness;

    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The engine whose model it claims to run; never run.</param>
    /// <param name="example">An output of the model, for names, types and shapes.</param>
    /// <param name="seed">The seed of the outputs.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public RandomOutputProvider(
        ISigner signer, InferenceLedger ledger, IInferenceEngine engine, NamedTensors example, ulong seed, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
        ArgumentNullException.ThrowIfNull(example);
        _example = example;
        _randomness = new SeededRandomSource(seed);
    }

    /// <inheritdoc/>
    protected override ValueTask<NamedTensors> ComputeAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        IRandomSource source = _randomness.Fork(envelope.Digest.ToString());
        return ValueTask.FromResult(new NamedTensors(_example.Select((tensor, index) =>
            KeyValuePair.Create(tensor.Key, Randomize(tensor.Value, source.Fork(index.ToString(CultureInfo.InvariantCulture)))))));
    }

    private static TensorValue Randomize(TensorValue example, IRandomSource source)
    {
        byte[] bytes = new byte[example.Bytes.Length];
        source.Fill(bytes);
        if (example.Type == ElementType.Boolean)
        {
            foreach (ref byte value in bytes.AsSpan())
            {
                value &= 1;
            }
        }

        return TensorValue.Take(example.Type, example.Shape, bytes);
    }
}
