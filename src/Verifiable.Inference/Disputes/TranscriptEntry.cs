using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>One thing that was done in a game, with its time. Immutable; equal by content.</summary>
/// <param name="Time">The time at which the court took it, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Move">The signed move; <see langword="null"/> where time was called.</param>
public sealed record TranscriptEntry(long Time, Signed<DisputeMove>? Move) : ICanonical<TranscriptEntry>
{
    private const string Domain = "vinf/dispute-entry/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TranscriptEntry? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        long time = reader.ReadInt64();
        Signed<DisputeMove>? move = reader.ReadBoolean() ? reader.Read<Signed<DisputeMove>>() : null;
        if (reader.Failed)
        {
            return false;
        }

        value = new TranscriptEntry(time, move);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteInt64(Time);
        writer.WriteBoolean(Move is not null);
        Move?.WriteTo(ref writer);
    }
}
