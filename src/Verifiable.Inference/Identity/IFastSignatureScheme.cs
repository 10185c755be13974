namespace Verifiable.Inference.Identity;

/// <summary>A scheme that verifies faster than a memory finds out whether it did so before.</summary>
internal interface IFastSignatureScheme : ISignatureScheme;
