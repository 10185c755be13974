using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Disputes;

/// <summary>A whole game as bytes: claim, terms, opening, and everything that was done. Who has it and the model can come to the same result alone. Immutable; equal by content.</summary>
/// <remarks>The times are those of who kept the transcript: it proves what follows from them, not that they are true.</remarks>
/// <param name="Claim">The claim.</param>
/// <param name="Terms">The clocks and bonds.</param>
/// <param name="Opening">The signed opening.</param>
/// <param name="Opened">The time of the opening, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Entries">What was done, in its order; at most 65535 entries.</param>
public sealed record DisputeTranscript(DisputedClaim Claim, DisputeTerms Terms, Signed<DisputeOpening> Opening, long Opened, ImmutableArray<TranscriptEntry> Entries)
    : ICanonical<DisputeTranscript>
{
    private const string Domain = "vinf/dispute-transcript/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out DisputeTranscript? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        DisputedClaim? claim = reader.Read<DisputedClaim>();
        DisputeTerms? terms = reader.Read<DisputeTerms>();
        Signed<DisputeOpening>? opening = reader.Read<Signed<DisputeOpening>>();
        long opened = reader.ReadInt64();
        ImmutableArray<TranscriptEntry> entries = reader.ReadList<TranscriptEntry>(ushort.MaxValue);
        if (reader.Failed || claim is null || terms is null || opening is null)
        {
            return false;
        }

        value = new DisputeTranscript(claim, terms, opening, opened, entries);
        return true;
    }

    /// <summary>Gets the digest of what was said, without the times: the opening, and each move or call.</summary>
    internal Digest Said
    {
        get
        {
            CanonicalWriter writer = new(stackalloc byte[512]);
            writer.WriteDomain("vinf/dispute-said/v1");
            writer.WriteDigest(Opening.Body.ToDigest());
            writer.WriteUInt32((uint)Entries.Length);
            foreach (TranscriptEntry entry in Entries)
            {
                writer.WriteDigest(entry.Move?.Body.ToDigest() ?? default);
            }

            Digest said = writer.ToDigest();
            writer.Dispose();
            return said;
        }
    }

    /// <summary>Makes the same transcript with one more entry.</summary>
    public DisputeTranscript Add(long time, Signed<DisputeMove>? move) => this with { Entries = Entries.Add(new TranscriptEntry(time, move)) };

    /// <summary>Plays the game again: the state is the fold of the transcript.</summary>
    /// <param name="referee">A referee of the claim's model.</param>
    /// <param name="schemes">The signature schemes that are accepted.</param>
    /// <param name="state">The game as it stands at the end; <see langword="null"/> where something was refused.</param>
    /// <param name="at">The number of the entry that was refused; −1 where it was the claim or the opening, and where nothing was.</param>
    /// <returns>The first refusal.</returns>
    public DisputeRefusal Replay(IReferee referee, SignatureSchemes schemes, out DisputeState? state, out int at)
    {
        state = null;
        at = -1;
        if (DisputeGame.Examine(Claim, referee, schemes).Kind != RulingKind.Acquitted || Terms.Validate().Any())
        {
            return DisputeRefusal.ClaimRefused;
        }

        DisputeGame rules = new(Claim, Terms, referee, schemes);
        DisputeRefusal refusal = rules.Open(Opening, Opened, out DisputeState? current);
        if (refusal != DisputeRefusal.None)
        {
            return refusal;
        }

        for (int i = 0; i < Entries.Length; i++)
        {
            refusal = Entries[i].Move is { } move ? rules.Apply(current!, move, Entries[i].Time, out current) : DisputeGame.CallTime(current!, Entries[i].Time, out current);
            if (refusal != DisputeRefusal.None)
            {
                at = i;
                return refusal;
            }
        }

        state = current;
        return DisputeRefusal.None;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Claim.WriteTo(ref writer);
        Terms.WriteTo(ref writer);
        ((ICanonical<Signed<DisputeOpening>>)Opening).WriteTo(ref writer);
        writer.WriteInt64(Opened);
        writer.WriteList(Entries);
    }

    /// <summary>Tells whether two transcripts are of the same bytes.</summary>
    public bool Equals([NotNullWhen(true)] DisputeTranscript? other) => other is not null && this.ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Opened, Entries.Length, Opening);
}
