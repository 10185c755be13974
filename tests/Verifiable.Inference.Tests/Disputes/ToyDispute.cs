using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Disputes;

/// <summary>A claim on the made-up model, right or wrong, and the moves that honest parties make over it.</summary>
internal sealed class ToyDispute
{
    public const int Length = 40_000;

    public static readonly EcdsaP256Signer Claimant = EcdsaP256Signer.FromSeed("claimant"u8);

    public static readonly EcdsaP256Signer Challenger = EcdsaP256Signer.FromSeed("challenger"u8);

    public static readonly NodeId Ledger = EcdsaP256Signer.FromSeed("ledger"u8).PublicKey.Id;

    public static readonly SignatureSchemes Schemes = SignatureSchemes.Default.Remembering(100_000);

    public static readonly DisputeTerms Terms = new() { Window = 1000, Budget = 100, Extension = 20, MaxFinality = 2000, ClaimBond = new Amount(1001), ChallengeBond = new Amount(301) };

    /// <summary>Makes a claim.</summary>
    /// <param name="nodes">The number of graph nodes.</param>
    /// <param name="corrupt">Changes what a graph node gave; <see langword="null"/> for a right claim.</param>
    /// <param name="propagates">Whether later graph nodes compute from what was changed.</param>
    /// <param name="cuts">The graph nodes that have leaves in the claim's own trace; <see langword="null"/> for all.</param>
    /// <param name="number">Tells claims apart.</param>
    /// <param name="length">The number of bytes of each tensor.</param>
    /// <param name="bend">Changes the header with which a graph node's output is committed; <see langword="null"/> for none.</param>
    public ToyDispute(
        int nodes = 3, Action<int, byte[]>? corrupt = null, bool propagates = true, IReadOnlySet<int>? cuts = null, int number = 0, int length = Length, Func<int, TensorHeader, TensorHeader>? bend = null)
    {
        _bend = bend;
        byte[] x = [.. Enumerable.Range(0, length).Select(i => unchecked((byte)((7 * i) + number)))];
        Input = Tensor(x);
        byte[] right = x;
        byte[] claimed = x;
        for (int node = 0; node < nodes; node++)
        {
            int k = node;
            right = [.. right.Select(value => ToyReferee.Define(k, value))];
            claimed = [.. (propagates && node > 0 ? Claimed[^1].Bytes.ToArray() : node == 0 ? x : Right[^1].Bytes.ToArray()).Select(value => ToyReferee.Define(k, value))];
            corrupt?.Invoke(node, claimed);
            Right.Add(Tensor(right));
            Claimed.Add(Tensor(claimed));
        }

        Trace = new TraceTree(nodes, [.. Claimed.Select((_, node) => new TraceLeaf(node, [new TraceOutput { RowMajor = Bent(node).Commitment }]))]);
        RightTrace = TraceOf(Right);
        Cuts = cuts;
        TraceTree own = new(nodes, [.. Trace.Leaves.Where(leaf => cuts?.Contains(leaf.Node) ?? true)]);
        Claim = Sign(number, own.Commitment, Bent(nodes - 1).Commitment);
        Referee = new ToyReferee(nodes, length);
        Rules = new DisputeGame(Claim, Terms, Referee, Schemes);
    }

    private readonly Func<int, TensorHeader, TensorHeader>? _bend;

    public TensorValue Input { get; }

    public List<TensorValue> Right { get; } = [];

    public List<TensorValue> Claimed { get; } = [];

    public TraceTree Trace { get; }

    public TraceTree RightTrace { get; }

    public IReadOnlySet<int>? Cuts { get; }

    public DisputedClaim Claim { get; }

    public ToyReferee Referee { get; }

    public DisputeGame Rules { get; }

    public static TensorValue Tensor(byte[] bytes) => TensorValue.Take(ElementType.UInt8, new TensorShape(bytes.Length), bytes);

    public static TraceTree TraceOf(IReadOnlyList<TensorValue> tensors) =>
        new(tensors.Count, [.. tensors.Select((tensor, node) => new TraceLeaf(node, [new TraceOutput { RowMajor = TensorCommitment.Compute(tensor) }]))]);

    public DisputedClaim Sign(int number, TraceCommitment trace, Digest output, Digest? model = null, ISigner? signer = null)
    {
        TaskEnvelope envelope = new()
        {
            Ledger = Ledger,
            Requester = Ledger,
            Provider = (signer ?? Claimant).PublicKey.Id,
            Work = new WorkDescription(model ?? ToyReferee.Model, CommittedTensors.Of(new NamedTensors([KeyValuePair.Create("x", Input)])), new GenerationOptions(0), NumericProfile.CanonicalFloat32),
            Strategy = "optimistic/v1",
            Terms = OpaqueBytes.Empty,
            Binding = Digest.Of([1, (byte)number]),
            AuditCommitment = Digest.Of([2]),
            Reward = new Amount(1),
            Escrow = new Amount(2),
            StakeAtRisk = new Amount(3),
            Deadline = 10,
            OpeningDeadline = 20,
        };
        InferenceClaim body = InferenceClaim.For(envelope, new CommittedTensors([KeyValuePair.Create("y", output)]), Digest.Of([3, (byte)number])) with { Trace = trace.Digest };
        CutNodes? cuts = trace.IsFull || Cuts is null ? null : new CutNodes(trace.NodeCount, Cuts);
        body = body with { Evidence = cuts is null ? [] : [cuts.ToEvidence()] };
        return new DisputedClaim(envelope, SignedClaim.Sign(body, signer ?? Claimant), trace);
    }

    public DisputeOpening OpeningBy(ISigner challenger, byte nonce = 0, Digest? seal = null) => new()
    {
        Ledger = Ledger,
        Task = Claim.Body.Task,
        Claim = Claim.Body.Digest,
        Challenger = challenger.PublicKey.Id,
        Terms = Terms.Digest,
        Nonce = Digest.Of([nonce]),
        Seal = seal,
    };

    public DisputeState Open(long time = 0, ISigner? challenger = null, Digest? seal = null)
    {
        Assert.Equal(DisputeRefusal.None, Rules.Open((challenger ?? Challenger).Sign(OpeningBy(challenger ?? Challenger, 0, seal)), time, out DisputeState? state));
        return state!;
    }

    /// <summary>Makes the claimant's next move, from the tensors that it claims.</summary>
    public DisputeMove Defend(DisputeState state) => state.Stage switch
    {
        DisputeStage.Trace => DisputeMove.RevealTrace(state.Opening, Claimant.PublicKey.Id, Piece((int)state.Shown)),
        DisputeStage.Chunks => DisputeMove.RevealChunks(state.Opening, Claimant.PublicKey.Id, Digests(Claimed[state.Node])),
        _ => DisputeMove.RevealChunk(state.Opening, Claimant.PublicKey.Id, TensorCommitment.Of(Claimed[state.Node]).Open(state.Chunk)),
    };

    /// <summary>Makes the next move of a challenger who knows what is right.</summary>
    public DisputeMove Attack(DisputeState state, ISigner? challenger = null)
    {
        NodeId author = (challenger ?? Challenger).PublicKey.Id;
        int node = Enumerable.Range(0, Claimed.Count).FirstOrDefault(i => !Claimed[i].Equals(Right[i]));
        int element = Math.Max(0, Right[node].Bytes.Span.CommonPrefixLength(Claimed[node].Bytes.Span) % Math.Max(1, Right[node].Length));
        return state.Stage switch
        {
            DisputeStage.Output => Name(state, node, author),
            DisputeStage.ChunkName => DisputeMove.NameChunk(state.Opening, author, state.Disputed, element / TensorHeader.DefaultChunkSize),
            _ => DisputeMove.Accuse(state.Opening, author, Accuse(node, element)),
        };
    }

    public DisputeMove Name(DisputeState state, int node, NodeId author) =>
        DisputeMove.NameOutput(state.Opening, author, new OutputName(Trace.Open(node), 0, TensorLayout.RowMajor));

    /// <summary>Accuses an element with evidence of what is claimed.</summary>
    public Accusation Accuse(int node, int element) => Accusation.OfElement(Trace.Open(node), 0, element, Evidence(Claimed[node], element),
        [new InputEvidence(0, node == 0 ? null : Trace.Open(node - 1), Evidence(node == 0 ? Input : Claimed[node - 1], element))]);

    public static TensorEvidence Evidence(TensorValue tensor, int element) => TensorEvidence.Of(TensorCommitment.Of(tensor), element / TensorHeader.DefaultChunkSize);

    /// <summary>Gives what the claim commits to as the output of a graph node, with the header that it states.</summary>
    public TensorEvidence Bent(int node)
    {
        TensorCommitment honest = TensorCommitment.Of(Claimed[node]);
        return new TensorEvidence(_bend?.Invoke(node, honest.Header) ?? honest.Header, honest.Root, []);
    }

    /// <summary>Gives the digests of a graph node's output with the header that the claim commits to.</summary>
    public ChunkPiece BentDigests(int node) => new(Bent(node).Header, 0, Digests(Claimed[node]).Digests);

    public static ChunkPiece Digests(TensorValue tensor)
    {
        var commitment = TensorCommitment.Of(tensor);
        return new ChunkPiece(commitment.Header, 0, [.. commitment.GetChunkDigests(0, (int)commitment.Header.ChunkCount).Span]);
    }

    public TracePiece Piece(int first, TraceTree? trace = null)
    {
        int count = Math.Min(TracePiece.MaxLeaves, Trace.Leaves.Length - first);
        ImmutableArray<TraceLeaf> leaves = (trace ?? Trace).Leaves.Slice(first, count);
        return new TracePiece(leaves, [.. leaves.Select(leaf => Cuts?.Contains(leaf.Node) ?? true)]);
    }

    public DisputeRefusal Play(DisputeState state, DisputeMove move, long time, out DisputeState next, ISigner? signer = null) =>
        Rules.Apply(state, (signer ?? (move.Author == Claimant.PublicKey.Id ? Claimant : Challenger)).Sign(move), time, out next);

    /// <summary>Plays honestly on both sides, a tick a move, to a stage or to the end.</summary>
    public DisputeState PlayTo(DisputeStage stage, DisputeState? from = null, long time = 0)
    {
        DisputeState state = from ?? Open(time);
        while (state.Stage < stage)
        {
            Assert.Equal(DisputeRefusal.None, Play(state, state.IsClaimantsTurn ? Defend(state) : Attack(state), ++time, out state));
        }

        return state;
    }
}
