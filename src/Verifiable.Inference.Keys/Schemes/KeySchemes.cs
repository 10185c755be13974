using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;

namespace Verifiable.Inference.Keys.Schemes;

/// <summary>The signature schemes of this package together with the framework's. Thread-safe.</summary>
public static class KeySchemes
{
    private static readonly Lazy<SignatureSchemes> _available = new(static () => new SignatureSchemes(Find()));

    /// <summary>Gets P-256 and those of Ed25519 and Ethereum accounts whose libraries were found. A signature of any other scheme does not verify.</summary>
    /// <remarks>A network agrees on its schemes. Where all must be there, use <see cref="All"/>, which says what is missing.</remarks>
    public static SignatureSchemes Available => _available.Value;

    /// <summary>Gets P-256, Ed25519 and Ethereum accounts.</summary>
    /// <exception cref="PlatformNotSupportedException">A library was not found; the message says which, and what to do.</exception>
    public static SignatureSchemes All => new(EcdsaP256.Scheme, Ed25519.Scheme, EthereumSignatures.Scheme);

    private static IEnumerable<ISignatureScheme> Find()
    {
        yield return EcdsaP256.Scheme;
        if (Ed25519.IsAvailable)
        {
            yield return Ed25519.Scheme;
        }

        if (EthereumSignatures.IsAvailable)
        {
            yield return EthereumSignatures.Scheme;
        }
    }
}
