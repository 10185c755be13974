using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Valid values of what sealing puts on the wire.</summary>
internal static class SealingSeeds
{
    private static readonly NodeId _node = new(Digest.Of("node"u8));

    public static IEnumerable<EncryptionKeyAnnouncement> Announcements()
    {
        using EncryptionKey key = EncryptionKey.FromSeed("seed"u8);
        return [new(_node, _node, key.PublicKey, 0, 1), new(_node, default, key.PublicKey, long.MinValue, long.MaxValue)];
    }

    public static IEnumerable<SealedMessage> Messages() => [new(Digest.Of([1]), Point, OpaqueBytes.Empty), new(default, Point, new OpaqueBytes(new byte[40]))];

    public static IEnumerable<SealedReply> Replies() => [new(Digest.Of([1]), OpaqueBytes.Empty), new(default, new OpaqueBytes(new byte[40]))];

    private static OpaqueBytes Point => new(new byte[EncryptionKey.PublicKeySize]);
}
