using System.Collections.Frozen;

namespace Verifiable.Inference.Identity;

/// <summary>The signature schemes that a verifier accepts, by name. Immutable and thread-safe.</summary>
public sealed class SignatureSchemes
{
    private readonly FrozenDictionary<string, ISignatureScheme> _schemes;

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

    /// <summary>Gets the schemes that need nothing but the framework: ECDSA over P-256.</summary>
    public static SignatureSchemes Default { get; } = new(EcdsaP256.Scheme);

    /// <summary>Gets the names of the schemes, in ordinal order.</summary>
    public IEnumerable<string> Names => _schemes.Keys.Order(StringComparer.Ordinal);

    /// <summary>Tells whether a signature is valid; an unknown scheme is not. Never throws on bytes from outside.</summary>
    public bool Verify(PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        return _schemes.TryGetValue(publicKey.Scheme, out ISignatureScheme? scheme) && scheme.Verify(publicKey.Bytes, message, signature);
    }
}
