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
        HostileReader.Of(CommitmentSeeds.EveryField),
        HostileReader.Of(() => new NodeId[] { default, new(Inference.Commitments.Digest.Of([1])) }),
    ];

    public static TheoryData<string> Names => [.. _readers.Select(reader => reader.Name)];

    public static HostileReader Get(string name) => _readers.Single(reader => reader.Name == name);
}
