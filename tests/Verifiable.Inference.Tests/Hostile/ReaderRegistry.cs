using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Every reader of bytes from outside. A new reader is one line here, and the hostile-bytes laws run on it.</summary>
public static class ReaderRegistry
{
    private static readonly HostileReader[] _readers =
    [
        HostileReader.Of(CommitmentSeeds.MerkleProofs),
        HostileReader.Of(CommitmentSeeds.TensorHeaders),
        HostileReader.Of(CommitmentSeeds.TensorChunkOpenings),
        HostileReader.Of(CommitmentSeeds.CommittedTensors),
        HostileReader.Of(CommitmentSeeds.WeightProofs),
        HostileReader.Of(CommitmentSeeds.EveryTraceOutput),
        HostileReader.Of(CommitmentSeeds.TraceLeaves),
        HostileReader.Of(CommitmentSeeds.TraceCommitments),
        HostileReader.Of(CommitmentSeeds.TraceOpenings),
        HostileReader.Of(CommitmentSeeds.TraceElementOpenings),
        HostileReader.Of(CommitmentSeeds.TraceBodyRuns),
        HostileReader.Of(CommitmentSeeds.TraceBodyOpenings),
        HostileReader.Of(CommitmentSeeds.EveryField),
        HostileReader.Of(() => new NodeId[] { default, new(Inference.Commitments.Digest.Of([1])) }),
        HostileReader.Of(ClaimSeeds.Evidence),
        HostileReader.Of(ClaimSeeds.Profiles),
        HostileReader.Of(ClaimSeeds.Options),
        HostileReader.Of(ClaimSeeds.Works),
        HostileReader.Of(ClaimSeeds.Envelopes),
        HostileReader.Of(ClaimSeeds.SignedEnvelopes),
        HostileReader.Of(ClaimSeeds.Offers),
        HostileReader.Of(ClaimSeeds.Acceptances),
        HostileReader.Of(ClaimSeeds.SignedAcceptances),
        HostileReader.Of(ClaimSeeds.Commitments),
        HostileReader.Of(ClaimSeeds.Postings),
        HostileReader.Of(ClaimSeeds.Claims),
        HostileReader.Of(ClaimSeeds.Excerpts),
        HostileReader.Of(ClaimSeeds.SignedClaims),
        HostileReader.Of(ClaimSeeds.Answers),
        HostileReader.Of(ClaimSeeds.KeptClaims),
        HostileReader.Of(ClaimSeeds.Demands),
        HostileReader.Of(ClaimSeeds.SignedDemands),
        HostileReader.Of(ClaimSeeds.Cancellations),
        HostileReader.Of(ClaimSeeds.SignedCancellations),
        HostileReader.Of(ClaimSeeds.Heads),
        HostileReader.Of(ClaimSeeds.SignedHeads),
        HostileReader.Of(ClaimSeeds.Keys),
        HostileReader.Of(ClaimSeeds.Seats),
        HostileReader.Of(ClaimSeeds.Requests),
        HostileReader.Of(ClaimSeeds.SignedRequests),
        HostileReader.Of(ClaimSeeds.Terms),
        HostileReader.Of(QuorumReaders.Terms),
        HostileReader.Of(ClaimSeeds.Settlements),
        HostileReader.Of(ClaimSeeds.Transfers),
        HostileReader.Of(ClaimSeeds.Commands),
        HostileReader.Of(ClaimSeeds.Entries),
        HostileReader.Of(ClaimSeeds.Authorizations),
        HostileReader.Of(LedgerSeeds.Collaterals),
        HostileReader.Of(LedgerSeeds.Records),
        HostileReader.Of(LedgerSeeds.Snapshots),
        HostileReader.Of(SealingSeeds.Announcements),
        HostileReader.Of(MarketSeeds.Postings),
        HostileReader.Of(MarketSeeds.Commands),
        HostileReader.Of(MarketSeeds.SignedCommands),
        HostileReader.Of(MarketSeeds.Entries),
        HostileReader.Of(MarketSeeds.Snapshots),
        HostileReader.Of(SealingSeeds.Messages),
        HostileReader.Of(SealingSeeds.Replies),
        HostileReader.Of(ReceiptReaders.Receipts),
        HostileReader.Of(DisputeSeeds.Evidence),
        HostileReader.Of(DisputeSeeds.Inputs),
        HostileReader.Of(DisputeSeeds.Accusations),
        HostileReader.Of(DisputeSeeds.Claims),
        HostileReader.Of(DisputeSeeds.Cuts),
        HostileReader.Of(DisputeSeeds.TracePieces),
        HostileReader.Of(DisputeSeeds.Names),
        HostileReader.Of(DisputeSeeds.ChunkPieces),
        HostileReader.Of(DisputeSeeds.Openings),
        HostileReader.Of(DisputeSeeds.SignedOpenings),
        HostileReader.Of(DisputeSeeds.Moves),
        HostileReader.Of(DisputeSeeds.SignedMoves),
        HostileReader.Of(DisputeSeeds.Terms),
        HostileReader.Of(CourtSeeds.Rulings),
        HostileReader.Of(CourtSeeds.SignedRulings),
        HostileReader.Of(CourtSeeds.CourtEntries),
        HostileReader.Of(CourtSeeds.WatcherEntries),
        HostileReader.Of(CourtSeeds.OptimisticTermsOfAll),
        HostileReader.Of(DisputeSeeds.Entries),
        HostileReader.Of(DisputeSeeds.Transcripts),
        ReceiptReaders.Record,
        QuorumReaders.Record,
    ];

    /// <summary>Gets the library whose readers these are.</summary>
    public static System.Reflection.Assembly Library => typeof(Inference.Commitments.Canonical).Assembly;

    public static IEnumerable<HostileReader> All => _readers;

    public static TheoryData<string> Names => [.. _readers.Select(reader => reader.Name)];

    public static HostileReader Get(string name) => _readers.Single(reader => reader.Name == name);
}
