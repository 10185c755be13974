using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Providers;

/// <summary>
/// The way to one provider: a message goes out, a message comes back. Implement it over any transport. What comes back is hostile bytes to the caller, and what
/// goes out is hostile bytes to the provider.
/// </summary>
public interface IProvider
{
    /// <summary>Gets the provider's id.</summary>
    NodeId Id { get; }

    /// <summary>Sends a message and waits for the reply; an empty reply is a refusal.</summary>
    /// <param name="message">An offer or a demand, in its canonical encoding.</param>
    /// <param name="cancellationToken">Ends the wait; the caller's deadline comes as a cancellation. Implementations must not block the calling thread.</param>
    ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default);
}
