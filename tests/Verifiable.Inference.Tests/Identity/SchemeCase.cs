using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Identity;

/// <summary>One scheme, how to make its keys, and how a stranger would turn one of its signatures into another of the same message.</summary>
public sealed record SchemeCase(ISignatureScheme Scheme, Func<string, ISigner> CreateSigner, Func<byte[], byte[]> Malleate);
