using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>The bytes that each token stands for. Immutable and thread-safe.</summary>
public sealed class TokenVocabulary
{
    private const string Domain = "vinf/vocabulary/v1";

    private readonly ImmutableArray<ReadOnlyMemory<byte>> _tokens;
    private readonly Lazy<Digest> _digest;

    /// <summary>Creates a vocabulary.</summary>
    /// <param name="tokens">The bytes of token i at place i; empty for tokens that stand for no text.</param>
    public TokenVocabulary(ImmutableArray<ReadOnlyMemory<byte>> tokens)
    {
        _tokens = tokens.IsDefault ? [] : tokens;
        _digest = new Lazy<Digest>(Compute);
    }

    /// <summary>Gets the number of tokens.</summary>
    public int Count => _tokens.Length;

    /// <summary>Gets the digest of all tokens' bytes: what a claim whose stop rule looks at text is bound to.</summary>
    public Digest Digest => _digest.Value;

    /// <summary>Gets the bytes of a token; none for a number that is no token's.</summary>
    public ReadOnlySpan<byte> this[int token] => token >= 0 && token < _tokens.Length ? _tokens[token].Span : [];

    private Digest Compute()
    {
        CanonicalWriter writer = new(stackalloc byte[512]);
        writer.WriteDomain(Domain);
        writer.WriteUInt32((uint)_tokens.Length);
        foreach (ReadOnlyMemory<byte> token in _tokens)
        {
            writer.WriteBytes(token.Span);
        }

        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }
}
