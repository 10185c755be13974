namespace Verifiable.Inference.Providers;

/// <summary>A provider's reply, or why there is none.</summary>
/// <param name="Bytes">The reply, unchecked; empty when there is none.</param>
/// <param name="Fault">What went wrong.</param>
public readonly record struct ProviderReply(ReadOnlyMemory<byte> Bytes, ProviderFault Fault)
{
    /// <summary>Makes a reply that is none.</summary>
    public static ProviderReply Failed(ProviderFault fault) => new(ReadOnlyMemory<byte>.Empty, fault);
}
