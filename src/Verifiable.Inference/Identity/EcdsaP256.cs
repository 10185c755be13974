namespace Verifiable.Inference.Identity;

/// <summary>ECDSA over P-256 with SHA-256.</summary>
public static class EcdsaP256
{
    /// <summary>Gets the scheme.</summary>
    public static ISignatureScheme Scheme => throw new NotSupportedException();
}
