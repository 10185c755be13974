using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Tests.Selection;

/// <summary>The draw by stake, plainly: every unit of stake that is not left out is a ticket, in the order of the leaves, and one ticket is drawn.</summary>
internal static class PlainDraw
{
    public static int Draw(WeightTree stakes, Digest secret, Digest request, Seat seat, Digest after, int[] excluded)
    {
        List<int> tickets = [];
        for (int leaf = 0; leaf < stakes.Count; leaf++)
        {
            if (!excluded.Contains(leaf))
            {
                tickets.AddRange(Enumerable.Repeat(leaf, (int)stakes.Leaves[leaf].Value));
            }
        }

        return tickets.Count == 0 ? -1 : tickets[(int)Position(secret, request, seat, after, (ulong)tickets.Count)];
    }

    public static ulong Position(Digest secret, Digest request, Seat seat, Digest after, ulong total)
    {
        byte[] place = new byte[5];
        place[0] = (byte)seat.Role;
        BinaryPrimitives.WriteUInt16LittleEndian(place.AsSpan(1), seat.Index);
        BinaryPrimitives.WriteUInt16LittleEndian(place.AsSpan(3), seat.Attempt);
        byte[] mac = HMACSHA256.HashData(Bytes(secret), (byte[])[.. Label("vinf/draw/position/v1"), .. Bytes(request), .. place, .. Bytes(after)]);
        return (ulong)((new BigInteger(mac.AsSpan(0, 16), isUnsigned: true, isBigEndian: true) * total) >> 128);
    }

    public static byte[] Label(string label) => [(byte)label.Length, .. Encoding.ASCII.GetBytes(label)];

    public static byte[] Bytes(Digest digest)
    {
        byte[] bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }
}
