using System.Security.Cryptography;
using System.Text;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class CommitRevealTests
{
    private static readonly Digest[] _parts = [.. Enumerable.Range(0, 5).Select(i => Digest.Of([(byte)i]))];

    [Fact]
    public void The_commitment_is_the_hash_of_the_label_and_the_parts() => Assert.Equal(
        SHA256.HashData([21, .. Encoding.ASCII.GetBytes("vinf/commit-reveal/v1"), .. _parts.SelectMany(part => part.ToArray())]),
        Commit(_parts).ToArray());

    [Fact]
    public void It_opens_with_all_parts_and_with_no_part_changed_or_exchanged()
    {
        Digest commitment = Commit(_parts);
        Assert.True(Opens(commitment, _parts));
        for (int i = 0; i < _parts.Length; i++)
        {
            Digest[] changed = [.. _parts];
            changed[i] = Digest.Of([9]);
            Assert.False(Opens(commitment, changed));
            for (int j = 0; j < i; j++)
            {
                Digest[] exchanged = [.. _parts];
                (exchanged[i], exchanged[j]) = (exchanged[j], exchanged[i]);
                Assert.False(Opens(commitment, exchanged));
            }
        }

        Assert.False(Opens(default, _parts));
    }

    private static Digest Commit(Digest[] parts) => CommitReveal.Commit(parts[0], parts[1], parts[2], parts[3], parts[4]);

    private static bool Opens(Digest commitment, Digest[] parts) => CommitReveal.Opens(commitment, parts[0], parts[1], parts[2], parts[3], parts[4]);
}
