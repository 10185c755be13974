using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Writes down every message on its way to a provider.</summary>
internal sealed class RecordingProvider(IProvider inner, List<byte[]> messages) : IProvider
{
    public NodeId Id => inner.Id;

    public ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        messages.Add(message.ToArray());
        return inner.SendAsync(message, cancellationToken);
    }
}
