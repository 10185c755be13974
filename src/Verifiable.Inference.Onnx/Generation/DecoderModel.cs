using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// Continues sequences of tokens by a decoder model, whatever it is made of, whose inputs and outputs have the names that exporters give them (<c>input_ids</c>,
/// <c>attention_mask</c>, <c>position_ids</c>, <c>past_key_values.N.key</c>, <c>present.N.key</c>, <c>logits</c> and so on). Same model, prompt, options and seed give the same
/// tokens on every processor, alone or in a batch. Immutable; safe to call from several threads at once. The reference is
/// <c>docs/reference/generation.md</c>.
/// </summary>
public sealed class DecoderModel
{
    private readonly DecoderShape _shape;
    private readonly bool _usesCache;

    private DecoderModel(CanonicalEngine engine, DecoderShape shape, DecoderOptions options, int contextLength)
    {
        Engine = engine;
        _shape = shape;
        _usesCache = options.UsesCache;
        ContextLength = contextLength;
        MixesRows = BatchRows.FindMixing(engine, shape);
    }

    /// <summary>Gets the engine that runs the model.</summary>
    public CanonicalEngine Engine { get; }

    /// <summary>Gets the most tokens of a sequence.</summary>
    public int ContextLength { get; }

    /// <summary>Gets the number of tokens; they are 0 and more and below it.</summary>
    public int VocabularySize => _shape.VocabularySize;

    /// <summary>Gets a value indicating whether keys and values go from step to step.</summary>
    public bool KeepsCache => _usesCache && !_shape.Caches.IsEmpty;

    /// <summary>Gets the graph node that may mix the sequences of a batch, as one that quantises by the least and the largest element of all of them does: sequences of such a model run one by
    /// one. <see langword="null"/> where they stay apart, and sequences of one length run together.</summary>
    public GraphNode? MixesRows { get; }

    /// <summary>Gets what the inputs and outputs are for.</summary>
    internal DecoderShape Shape => _shape;

    /// <summary>Creates a decoder for a model that may come from a stranger.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The settings; <see langword="null"/> for the default.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="refusal">Why the model cannot be run, or that its inputs and outputs are not those of a decoder, or that the length of its context is not known, or that a graph node
    /// draws by chance.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every fault.</exception>
    public static bool TryCreate(OnnxModel model, DecoderOptions? options, [NotNullWhen(true)] out DecoderModel? decoder, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= DecoderOptions.Default;
        string[] faults = [.. options.Validate()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }

        decoder = null;
        if (!CanonicalEngine.TryCreate(model, options.Engine, out CanonicalEngine? engine, out refusal) || !DecoderShape.TryRead(model, out DecoderShape? shape, out refusal))
        {
            return false;
        }

        // The noise would be the same in every step, and would depend on how tokens are cut into steps.
        if (engine.Graph.Nodes.FirstOrDefault(OperatorFamilies.Draws) is { } draw)
        {
            refusal = draw.Refuse(ModelRefusalReason.UnsupportedOperator, "Expected a decoder whose graph nodes do not draw by chance: its sampler does.");
            return false;
        }

        int? length = options.ContextLength is { } asked && shape.PositionsHeld is { } held ? Math.Min(asked, held) : options.ContextLength ?? shape.PositionsHeld;
        refusal = length is >= 2 ? null : new(ModelRefusalReason.BadShape, $"Expected a context of 2 tokens or more, from a table of positions or from {nameof(DecoderOptions.ContextLength)}, got {length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "neither"}.");
        decoder = refusal is null ? new DecoderModel(engine, shape.Appending(engine.Program), options, length!.Value) : null;
        return decoder is not null;
    }

    /// <summary>Creates a decoder for a model that the caller vouches for.</summary>
    /// <exception cref="ModelRefusedException">The model cannot be run, or is no decoder.</exception>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every fault.</exception>
    public static DecoderModel Create(OnnxModel model, DecoderOptions? options = null) =>
        TryCreate(model, options, out DecoderModel? decoder, out ModelRefusal? refusal) ? decoder : throw new ModelRefusedException(refusal);

    /// <summary>Continues one sequence, token by token.</summary>
    /// <param name="request">The prompt, the seed and the settings.</param>
    /// <param name="vocabulary">The tokens' bytes; needed where there are stop texts.</param>
    /// <param name="cancellationToken">Stops within one operator of the step at work.</param>
    /// <exception cref="ArgumentException">The prompt is empty, as long as the context or longer, or has a token out of range; a setting is wrong; or there are stop texts and no
    /// vocabulary. Everything that is wrong is in the message.</exception>
    /// <exception cref="InvalidOperationException">The model does not fit its own declarations, or a limit of the engine is passed.</exception>
    /// <remarks>Steps are computed on the thread that asks for the next token. Each enumeration starts afresh.</remarks>
    public IAsyncEnumerable<GeneratedToken> GenerateAsync(GenerationRequest request, TokenVocabulary? vocabulary = null, CancellationToken cancellationToken = default)
    {
        _ = Begin(request, vocabulary);
        return StreamAsync(request, vocabulary, cancellationToken);
    }

    /// <summary>Continues several sequences; each gets the tokens that it would get alone.</summary>
    /// <param name="requests">The sequences, in any lengths; those of one length run together, unless <see cref="MixesRows"/> names a graph node.</param>
    /// <param name="vocabulary">The tokens' bytes; needed where there are stop texts.</param>
    /// <param name="cancellationToken">Stops within one operator of the step at work.</param>
    /// <returns>What was written, in the order of the requests.</returns>
    /// <exception cref="ArgumentException">A request is wrong, as for <see cref="GenerateAsync"/>.</exception>
    /// <exception cref="InvalidOperationException">The model does not fit its own declarations, or a limit of the engine is passed.</exception>
    public async ValueTask<ImmutableArray<Continuation>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests, TokenVocabulary? vocabulary = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        GenerationSequence[] sequences = [.. requests.Select(request => Begin(request, vocabulary))];
        foreach (GenerationSequence[] group in sequences.GroupBy(static sequence => sequence.Tokens.Count).SelectMany(group => group.Chunk(MixesRows is null && !_shape.IsForOne ? int.MaxValue : 1)))
        {
            GenerationSequence[] going = group;
            DecoderRun run = Start(going.Length);
            int[][] next = [.. going.Select(static sequence => sequence.Tokens.ToArray())];
            while (going.Length > 0)
            {
                ReadOnlyMemory<float> logits = await run.StepAsync(next, null, cancellationToken).ConfigureAwait(false);
                for (int row = 0; row < going.Length; row++)
                {
                    _ = going[row].Take(logits.Span.Slice(row * VocabularySize, VocabularySize));
                }

                int[] rows = [.. Enumerable.Range(0, going.Length).Where(row => going[row].Stop == StopReason.None)];
                run.Keep(rows);
                going = [.. rows.Select(row => going[row])];
                next = [.. going.Select(static sequence => new[] { sequence.Last })];
            }
        }

        return [.. sequences.Select(static sequence => sequence.ToContinuation())];
    }

    /// <summary>Checks a request and begins its sequence.</summary>
    /// <exception cref="ArgumentException">The request is wrong.</exception>
    internal GenerationSequence Begin(GenerationRequest request, TokenVocabulary? vocabulary) =>
        TryBegin(request, vocabulary, out GenerationSequence? sequence, out string? fault) ? sequence : throw new ArgumentException(fault, nameof(request));

    /// <summary>Begins the sequence of a request, or says everything that is wrong with it.</summary>
    internal bool TryBegin(GenerationRequest request, TokenVocabulary? vocabulary, [NotNullWhen(true)] out GenerationSequence? sequence, [NotNullWhen(false)] out string? refusal)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<string> faults = [];
        if (request.Prompt.IsDefaultOrEmpty || request.Prompt.Length >= ContextLength)
        {
            faults.Add(FormattableString.Invariant($"Expected a prompt of 1 to {ContextLength - 1} tokens, got {(request.Prompt.IsDefault ? 0 : request.Prompt.Length)}."));
        }
        else if (request.Prompt.Where(token => token < 0 || token >= VocabularySize).Cast<int?>().FirstOrDefault() is { } stray)
        {
            faults.Add(FormattableString.Invariant($"Expected tokens of 0 or more and below {VocabularySize}, got {stray}."));
        }

        if (!DecodingOptions.TryRead(request.Options, out DecodingOptions? options, out string? fault))
        {
            faults.Add(fault);
        }
        else if (options.StopTexts.Length > 0 && vocabulary is null)
        {
            faults.Add("Expected a vocabulary beside stop texts, got none.");
        }

        sequence = faults.Count == 0 ? new GenerationSequence(request, options!, vocabulary, ContextLength) : null;
        refusal = sequence is null ? string.Join(" ", faults) : null;
        return sequence is not null;
    }

    /// <summary>Begins to feed sequences.</summary>
    internal DecoderRun Start(int batch) => new(Engine, _shape, batch, _usesCache);

    private async IAsyncEnumerable<GeneratedToken> StreamAsync(GenerationRequest request, TokenVocabulary? vocabulary, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        GenerationSequence sequence = Begin(request, vocabulary);
        DecoderRun run = Start(1);
        int[] next = [.. sequence.Tokens];
        while (sequence.Stop == StopReason.None)
        {
            ReadOnlyMemory<float> logits = await run.StepAsync([next], null, cancellationToken).ConfigureAwait(false);
            GeneratedToken token = sequence.Take(logits.Span);
            next = [token.Id];
            yield return token;
        }
    }
}
