using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Disputes;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Valid values of what disputants send each other, of a made-up model with tensors of a few bytes.</summary>
internal static class DisputeSeeds
{
    private static readonly ToyDispute _toy = new(2, static (node, bytes) => bytes[1] ^= (byte)node, length: 3);

    public static IEnumerable<TensorEvidence> Evidence() =>
        from length in new[] { 0, 3 }
        let commitment = TensorCommitment.Of(ToyDispute.Tensor(new byte[length]))
        from chunks in new[] { 0, Math.Min(1, length) }
        select TensorEvidence.Of(commitment, Enumerable.Range(0, chunks).Select(static chunk => (long)chunk));

    public static IEnumerable<InputEvidence> Inputs() => [new(0, null, Evidence().Last()), new(ushort.MaxValue, _toy.Trace.Open(1), Evidence().First())];

    public static IEnumerable<Accusation> Accusations()
    {
        Accusation element = _toy.Accuse(1, 2);
        yield return element;
        yield return Accusation.OfSignature(element.Leaf!, 7, new TensorEvidence(element.Accused!.Header, element.Accused.Root, []), []);
        yield return Accusation.OfLeaf(element.Leaf!);
        yield return Accusation.OfInterface([new InputEvidence(3, null, new TensorEvidence(element.Accused.Header, default, []))]);
        yield return Accusation.OfLayouts(element.Leaf!, 0, 1, element.Accused, TensorEvidence.Of(TensorCommitment.Of(ToyDispute.Tensor([1]), TensorLayout.ByColumn), 0));
    }

    public static IEnumerable<DisputedClaim> Claims() => [_toy.Claim];

    public static IEnumerable<CutNodes> Cuts() => [new(1), new(8, 7, 0), new(9, 8), new(20, 3, 19)];

    public static IEnumerable<TracePiece> TracePieces() => [_toy.Piece(0), new(_toy.Trace.Leaves[1..], [false])];

    public static IEnumerable<OutputName> Names() => [new(_toy.Trace.Open(1), 0, TensorLayout.RowMajor)];

    public static IEnumerable<ChunkPiece> ChunkPieces() =>
        [ToyDispute.Digests(_toy.Claimed[0]), ToyDispute.Digests(ToyDispute.Tensor([])), new(new TensorHeader(ElementType.Int64, new TensorShape(9000)), 1, [Digest.Of([1]), Digest.Of([2])])];

    public static IEnumerable<DisputeOpening> Openings() => [_toy.OpeningBy(ToyDispute.Challenger), _toy.OpeningBy(ToyDispute.Claimant, 1, Digest.Of([2]))];

    public static IEnumerable<Signed<DisputeOpening>> SignedOpenings() => Openings().Select(static opening => ToyDispute.Challenger.Sign(opening));

    public static IEnumerable<DisputeMove> Moves()
    {
        DisputeOpening game = _toy.OpeningBy(ToyDispute.Challenger);
        NodeId author = game.Challenger;
        yield return DisputeMove.RevealTrace(game, author, _toy.Piece(0));
        yield return DisputeMove.NameOutput(game, author, Names().First());
        yield return DisputeMove.RevealChunks(game, author, ChunkPieces().First());
        yield return DisputeMove.NameChunk(game, author, Digest.Of([4]), long.MaxValue);
        yield return DisputeMove.RevealChunk(game, author, TensorCommitment.Of(_toy.Claimed[0]).Open(0));
        yield return DisputeMove.Accuse(game, author, Accusation.OfLeaf(_toy.Trace.Open(0)));
        yield return DisputeMove.Accuse(game, author, Accusation.OfLeaf(_toy.Trace.Open(0)), Digest.Of([5]));
    }

    public static IEnumerable<Signed<DisputeMove>> SignedMoves() => Moves().Take(2).Select(static move => ToyDispute.Challenger.Sign(move));

    public static IEnumerable<DisputeTerms> Terms() => [ToyDispute.Terms, ToyDispute.Terms with { BurnPermille = 1000, MaxReward = default, Extension = 0 }];

    public static IEnumerable<TranscriptEntry> Entries() => [new(long.MaxValue, null), new(-1, SignedMoves().Last())];

    public static IEnumerable<DisputeTranscript> Transcripts()
    {
        DisputeTranscript empty = new(_toy.Claim, ToyDispute.Terms, SignedOpenings().First(), 3, []);
        yield return empty;
        yield return empty.Add(4, SignedMoves().First()).Add(500, null);
    }
}
