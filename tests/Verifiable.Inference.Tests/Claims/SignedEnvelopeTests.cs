using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tests.Commitments;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Claims;

/// <summary>One signature over several envelopes is as good for each as one of its own, and good for nothing else.</summary>
public sealed class SignedEnvelopeTests
{
    private static readonly ISigner _requester = ToySignatures.Key("requester");
    private static readonly SignatureSchemes _schemes = ToySignatures.Schemes;

    [Fact]
    public void Each_of_any_number_of_envelopes_is_valid_by_itself_in_the_order_given() => Law.Holds<byte>(count =>
    {
        TaskEnvelope[] envelopes = [.. Enumerable.Range(0, 1 + (count % 40)).Select(Envelope)];
        ImmutableArray<SignedEnvelope> signed = _requester.SignTogether(envelopes);
        return signed.Select(static one => one.Body).SequenceEqual(envelopes) && signed.All(static one => one.IsValid(_schemes)) && signed.Select(static one => one.Signature).Distinct().Count() == 1;
    });

    [Fact]
    public void A_signature_is_good_for_no_envelope_that_was_not_signed_and_at_no_other_place() => Law.Holds<(byte Count, byte Index, byte Other)>(drawn =>
    {
        int count = 2 + (drawn.Count % 20);
        int index = drawn.Index % count;
        int other = (index + 1 + (drawn.Other % (count - 1))) % count;
        ImmutableArray<SignedEnvelope> signed = _requester.SignTogether([.. Enumerable.Range(0, count).Select(Envelope)]);
        SignedEnvelope one = signed[index];
        return !new SignedEnvelope(one.Body, signed[other].Place, one.Signer, one.Signature).IsValid(_schemes)
            && Changed(one.Body).All(changed => !new SignedEnvelope(changed, one.Place, one.Signer, one.Signature).IsValid(_schemes))
            && !_requester.SignTogether([Envelope(count), one.Body])[1].Place.Equals(one.Place);
    });

    [Fact]
    public void No_changed_sibling_index_or_count_is_valid() => Law.Holds<(byte Count, byte Index, byte Bit)>(drawn =>
    {
        int count = 2 + (drawn.Count % 20);
        int index = drawn.Index % count;
        SignedEnvelope one = _requester.SignTogether([.. Enumerable.Range(0, count).Select(Envelope)])[index];
        MerkleProof place = one.Place;
        IEnumerable<MerkleProof> others = Enumerable.Range(0, place.Siblings.Length).Select(level => new MerkleProof(place.Index, place.Count, place.Siblings.SetItem(level, Flip(place.Siblings[level], drawn.Bit))))
            .Concat(Enumerable.Range(1, 50).SelectMany(size => Enumerable.Range(0, size).Select(at => (At: at, Size: size)))
                .Where(named => (named.At, named.Size) != (index, count)).Select(named => Proof(named.At, named.Size, place.Siblings)).OfType<MerkleProof>());
        return others.All(changed => !new SignedEnvelope(one.Body, changed, one.Signer, one.Signature).IsValid(_schemes));
    });

    [Fact]
    public void Only_the_requester_that_an_envelope_names_can_sign_it()
    {
        ISigner stranger = ToySignatures.Key("stranger");
        Assert.All(stranger.SignTogether([Envelope(0), Envelope(1)]), static signed => Assert.False(signed.IsValid(_schemes)));
        SignedEnvelope forged = stranger.Sign(Envelope(0));
        Assert.False(new SignedEnvelope(forged.Body, forged.Place, _requester.PublicKey, forged.Signature).IsValid(_schemes));
    }

    // The one signature must not be had by asking for one over something else.
    [Fact]
    public void A_signature_over_the_envelope_itself_or_over_a_cancellation_does_not_sign_it()
    {
        TaskEnvelope envelope = Envelope(0);
        SignedEnvelope signed = _requester.Sign(envelope);
        OpaqueBytes[] others = [new(_requester.Sign(envelope.ToBytes())), new(_requester.Sign(envelope.Digest.ToArray())), _requester.Sign(new TaskCancellation(envelope.Ledger, envelope.Digest, envelope.Requester)).Signature];
        Assert.All(others, other => Assert.False(new SignedEnvelope(envelope, signed.Place, signed.Signer, other).IsValid(_schemes)));
    }

    // Whoever knows a task's id from the ledger must not find it beside its own place.
    [Fact]
    public void The_digests_beside_a_place_cannot_be_made_from_what_the_ledger_shows()
    {
        TaskEnvelope[] envelopes = [.. Enumerable.Range(0, 2).Select(Envelope)];
        Digest beside = Assert.Single(_requester.SignTogether(envelopes)[0].Place.Siblings);
        byte[] id = envelopes[1].Digest.ToArray();
        Assert.DoesNotContain(beside, new[] { envelopes[1].Digest, MerkleTree.HashLeaf(1, id), MerkleTree.HashLeaf(1, [.. id, .. envelopes[1].BindingDigest.ToArray()]) });

        // The binding itself is all that is missing.
        Assert.Equal(beside, MerkleTree.HashLeaf(1, [.. id, .. envelopes[1].Binding.ToArray()]));
        TaskEnvelope blinded = envelopes[1] with { Binding = Digest.Of([9]) };
        Assert.NotEqual(beside, Assert.Single(_requester.SignTogether([envelopes[0], blinded])[0].Place.Siblings));
    }

    [Fact]
    public void Envelopes_that_are_signed_alone_have_one_form_whatever_they_are_for() => Assert.All(
        Enumerable.Range(0, 9).Select(index => _requester.Sign(Envelope(index)).Place),
        static place => Assert.Equal(new MerkleProof(0, 1, []), place));

    [Fact]
    public void Nothing_cannot_be_signed() => Assert.Throws<ArgumentException>(static () => _requester.SignTogether([]));

    private static IEnumerable<TaskEnvelope> Changed(TaskEnvelope envelope) =>
    [
        envelope with { Provider = new NodeId(Digest.Of([1])) },
        envelope with { Escrow = new Amount(envelope.Escrow.Units + 1) },
        envelope with { Reward = new Amount(envelope.Reward.Units + 1) },
        envelope with { StakeAtRisk = default },
        envelope with { Deadline = envelope.Deadline + 1 },
        envelope with { OpeningDeadline = envelope.OpeningDeadline - 1 },
        envelope with { Binding = default },
        envelope with { Ledger = default },
        envelope with { Strategy = "another" },
    ];

    private static Digest Flip(Digest digest, byte bit)
    {
        byte[] bytes = digest.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return new Digest(bytes);
    }

    // A proof of another place with the same siblings, where their number fits.
    private static MerkleProof? Proof(int index, int count, ImmutableArray<Digest> siblings)
    {
        try
        {
            return new MerkleProof(index, count, siblings);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static TaskEnvelope Envelope(int number) => new()
    {
        Ledger = new NodeId(Digest.Of([2])),
        Requester = _requester.PublicKey.Id,
        Provider = new NodeId(Digest.Of([3, (byte)number])),
        Work = new WorkDescription(Digest.Of([4]), new CommittedTensors([]), new GenerationOptions(0), NumericProfile.CanonicalFloat32),
        Strategy = "quorum/v2",
        Terms = OpaqueBytes.Empty,
        Binding = Digest.Of([5, (byte)number]),
        AuditCommitment = Digest.Of([6, (byte)number]),
        Reward = new Amount(120),
        Escrow = new Amount(480),
        StakeAtRisk = new Amount(3000),
        Deadline = 10_000,
        OpeningDeadline = 310_000,
    };
}
