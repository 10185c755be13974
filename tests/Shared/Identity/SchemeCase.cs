using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Identity;

/// <summary>One scheme, by one library where several do its arithmetic.</summary>
/// <param name="Title">What tells it from the others, for example <c>ed25519 by OpenSSL</c>.</param>
/// <param name="Scheme">The scheme.</param>
/// <param name="CreateSigner">Makes a key from a name, the same each time.</param>
/// <param name="Malleate">How a stranger would turn one signature into others of the same message: second forms, other encodings.</param>
public sealed record SchemeCase(string Title, ISignatureScheme Scheme, Func<string, ISigner> CreateSigner, Func<byte[], IEnumerable<byte[]>> Malleate);
