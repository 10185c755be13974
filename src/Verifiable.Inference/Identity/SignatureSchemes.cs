using System.Collections.Frozen;

namespace Verifiable.Inference.Identity;

/// <summary>The signature schemes that a verifier accepts, by name. Immutable and thread-safe.</summary>
public sealed class SignatureSchemes
{
    private readonly FrozenDictionary<string, ISignatureScheme> _schemes;
    private readonly SignatureMemory? _memory;

    /// <summary>Creates a set of schemes.</summary>
    /// <exception cref="ArgumentException">Two schemes have one name.</exception>
    public SignatureSchemes(params IEnumerable<ISignatureScheme> schemes)
    {
        ArgumentNullException.ThrowIfNull(schemes);
        Dictionary<string, ISignatureScheme> byName = new(StringComparer.Ordinal);
        foreach (ISignatureScheme scheme in schemes)
        {
            if (!byName.TryAdd(scheme.Name, scheme))
            {
                throw new ArgumentException($"Expected every scheme once, got '{scheme.Name}' twice.", nameof(schemes));
            }
        }

        _schemes = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private SignatureSchemes(FrozenDictionary<string, ISignatureScheme> schemes, SignatureMemory memory)
    {
        _schemes = schemes;
        _memory = memory;
    }

    /// <summary>Gets the schemes that need nothing but the framework: ECDSA over P-256.</summary>
    public static SignatureSchemes Default { get; } = new(EcdsaP256.Scheme);

    /// <summary>Gets the names of the schemes, in ordinal order.</summary>
    public IEnumerable<string> Names => _schemes.Keys.Order(StringComparer.Ordinal);

    /// <summary>Tells whether a signature is valid; an unknown scheme is not. Never throws on bytes from outside.</summary>
    public bool Verify(PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        if (!_schemes.TryGetValue(publicKey.Scheme, out ISignatureScheme? scheme))
        {
            return false;
        }

        return _memory is null ? scheme.Verify(publicKey.Bytes, message, signature) : _memory.Verify(scheme, publicKey, message, signature);
    }

    /// <summary>Gets a value indicating whether valid signatures are remembered.</summary>
    internal bool IsRemembering => _memory is not null;

    /// <summary>Remembers a signature that the caller has just made itself, so that it need not be verified.</summary>
    internal void Remember(PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => _memory?.Remember(publicKey, message, signature);

    /// <summary>Makes a verifier of the same schemes that remembers which signatures it found valid, so that verifying one again costs a hash.</summary>
    /// <param name="capacity">How many it remembers, 1 or more; the oldest are forgotten.</param>
    public SignatureSchemes Remembering(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        return _schemes.Values.All(static scheme => scheme is IFastSignatureScheme) ? this : new(_schemes, new SignatureMemory(capacity));
    }
}
