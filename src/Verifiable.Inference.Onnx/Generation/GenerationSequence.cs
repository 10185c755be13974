using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>One sequence that grows: what sampler and stop rule look at. Used by one thread.</summary>
internal sealed class GenerationSequence
{
    private readonly List<int> _tokens;
    private readonly int _promptLength;
    private readonly ulong _seed;
    private readonly DecodingOptions _options;
    private readonly TokenVocabulary? _vocabulary;
    private readonly int _contextLength;

    internal GenerationSequence(GenerationRequest request, DecodingOptions options, TokenVocabulary? vocabulary, int contextLength)
    {
        _tokens = [.. request.Prompt];
        _promptLength = _tokens.Count;
        _seed = request.Options.Seed;
        _options = options;
        _vocabulary = vocabulary;
        _contextLength = contextLength;
    }

    /// <summary>Gets why the sequence has ended.</summary>
    internal StopReason Stop { get; private set; }

    /// <summary>Gets the tokens, prompt included.</summary>
    internal IReadOnlyList<int> Tokens => _tokens;

    internal int Last => _tokens[^1];

    /// <summary>Takes the next token from its logits.</summary>
    internal GeneratedToken Take(ReadOnlySpan<float> logits)
    {
        int position = _tokens.Count;
        ReadOnlySpan<int> history = CollectionsMarshal.AsSpan(_tokens);
        int token = TokenSampler.Choose(logits, history, (uint)position, _seed, _options);
        Append(token);
        return new GeneratedToken(token, position, Stop);
    }

    /// <summary>Adds a token that somebody has chosen.</summary>
    internal void Append(int token)
    {
        _tokens.Add(token);
        Stop = StopRule.Decide(CollectionsMarshal.AsSpan(_tokens)[_promptLength..], _promptLength, _options, _vocabulary, _contextLength);
    }

    internal Continuation ToContinuation() => new([.. _tokens.Skip(_promptLength)], Stop);
}
