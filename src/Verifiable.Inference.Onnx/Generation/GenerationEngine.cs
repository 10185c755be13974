using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// Offers generation as an inference: <c>input_ids</c>, the prompt, goes in as int64 [n], and <c>output_ids</c>, the new tokens, comes out as int64 [m]. Seed and settings are
/// those of the request. Verification strategies run it like any other engine. Safe to call from several threads at once.
/// </summary>
public sealed class GenerationEngine : IInferenceEngine
{
    /// <summary>The name of the input.</summary>
    public const string InputName = "input_ids";

    /// <summary>The name of the output.</summary>
    public const string OutputName = "output_ids";

    private const string Domain = "vinf/generator/v2";

    private readonly DecoderModel _decoder;
    private readonly TokenVocabulary? _vocabulary;
    private readonly Lazy<EngineDescription> _description;

    /// <summary>Creates an engine.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="vocabulary">The tokens' bytes; without them stop texts are refused.</param>
    public GenerationEngine(DecoderModel decoder, TokenVocabulary? vocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        _decoder = decoder;
        _vocabulary = vocabulary;
        _description = new Lazy<EngineDescription>(Describe);
    }

    /// <summary>Gets the profile of generations: the canonical engine, sampler and stop rule, tokens compared exactly.</summary>
    public static NumericProfile Profile { get; } = new("canonical-v1+generation-v1", "f32", "exact");

    /// <inheritdoc/>
    /// <remarks>The id commits to the model, to the length of its context, to whether keys and values go from step to step, and to the vocabulary.</remarks>
    public EngineDescription Description => _description.Value;

    /// <summary>Gets the inputs of a prompt.</summary>
    public static NamedTensors InputsOf(params ReadOnlySpan<int> prompt) => NamedTensors.Of(InputName, ToTensor(prompt));

    /// <summary>Gets the new tokens of outputs, which may be a stranger's; none where they hold something else.</summary>
    public static ImmutableArray<int> TokensOf(NamedTensors outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return outputs.TryGetValue(OutputName, out TensorValue? tensor) && TryRead(tensor, out ImmutableArray<int> tokens) ? tokens : [];
    }

    /// <inheritdoc/>
    public async ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        List<int> tokens = [];
        await foreach (GeneratedToken token in _decoder.GenerateAsync(RequestOf(inputs, options), _vocabulary, cancellationToken).ConfigureAwait(false))
        {
            tokens.Add(token.Id);
        }

        return OutputsOf([.. tokens]);
    }

    /// <summary>Gets the outputs of new tokens.</summary>
    internal static NamedTensors OutputsOf(ReadOnlySpan<int> tokens) => NamedTensors.Of(OutputName, ToTensor(tokens));

    /// <summary>Reads the inputs of a run.</summary>
    /// <exception cref="ArgumentException">The inputs are no prompt.</exception>
    internal static GenerationRequest RequestOf(NamedTensors inputs, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        if (inputs.Count != 1 || !inputs.TryGetValue(InputName, out TensorValue? tensor) || !TryRead(tensor, out ImmutableArray<int> prompt))
        {
            throw new ArgumentException(
                $"Expected one input '{InputName}': tokens as int64 of one axis. Got [{string.Join("; ", inputs.Select(static pair => $"{pair.Key}: {pair.Value}"))}].", nameof(inputs));
        }

        return new GenerationRequest(prompt, options);
    }

    private static bool TryRead(TensorValue tensor, out ImmutableArray<int> tokens)
    {
        tokens = [];
        if (tensor.Type != ElementType.Int64 || tensor.Shape.Rank != 1)
        {
            return false;
        }

        ImmutableArray<int>.Builder builder = ImmutableArray.CreateBuilder<int>();
        foreach (long token in tensor.AsSpan<long>())
        {
            if (token is < 0 or > int.MaxValue)
            {
                return false;
            }

            builder.Add((int)token);
        }

        tokens = builder.ToImmutable();
        return true;
    }

    private static TensorValue ToTensor(ReadOnlySpan<int> tokens)
    {
        long[] elements = new long[tokens.Length];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = tokens[i];
        }

        return TensorValue.Create(elements, elements.Length);
    }

    private EngineDescription Describe()
    {
        CanonicalWriter writer = new(stackalloc byte[256]);
        writer.WriteDomain(Domain);
        writer.WriteDigest(_decoder.Engine.Model.Id);
        writer.WriteUInt32((uint)_decoder.ContextLength);
        writer.WriteBoolean(_decoder.KeepsCache);
        writer.WriteBoolean(_vocabulary is not null);
        if (_vocabulary is not null)
        {
            writer.WriteDigest(_vocabulary.Digest);
        }

        Digest id = writer.ToDigest();
        writer.Dispose();
        return new EngineDescription(id, Profile);
    }
}
