using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Adjudication;

/// <summary>One record of a <see cref="DisputeWatcher"/>: a claim that it follows, or what it is about to send. Immutable. Exactly one part is there.</summary>
/// <param name="Claim">A claim that is followed.</param>
/// <param name="Opening">An opening, before it is sent.</param>
/// <param name="Move">A move, before it is sent.</param>
/// <param name="After">The digest of what was said in the game before the move, which it answers; <c>default</c> for the others.</param>
internal sealed record WatcherEntry(DisputedClaim? Claim, Signed<DisputeOpening>? Opening, Signed<DisputeMove>? Move, Digest After) : ICanonical<WatcherEntry>
{
    private const string Domain = "vinf/watcher-entry/v2";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out WatcherEntry? value)
    {
        reader.ReadDomain(Domain);
        value = reader.ReadByte() switch
        {
            1 => new WatcherEntry(reader.Read<DisputedClaim>(), null, null, default),
            2 => new WatcherEntry(null, reader.Read<Signed<DisputeOpening>>(), null, default),
            3 => new WatcherEntry(null, null, reader.Read<Signed<DisputeMove>>(), reader.ReadDigest()),
            _ => null,
        };
        if (value is null)
        {
            reader.Fail();
        }

        if (reader.Failed)
        {
            value = null;
        }

        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteByte((byte)(Claim is not null ? 1 : Opening is not null ? 2 : 3));
        Claim?.WriteTo(ref writer);
        Opening?.WriteTo(ref writer);
        if (Move is not null)
        {
            Move.WriteTo(ref writer);
            writer.WriteDigest(After);
        }
    }
}
