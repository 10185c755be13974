using System.Buffers.Binary;
using System.Numerics;

namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>
/// Keccak-256 as Ethereum uses it: the Keccak submission with rate 1088 and capacity 512, padded with 0x01. It is not SHA3-256, which FIPS 202 pads with 0x06. Steps are
/// named as in FIPS 202, section 3.2. Thread-safe.
/// </summary>
public static class Keccak256
{
    /// <summary>The size of a digest in bytes: 32.</summary>
    public const int Size = 32;

    private const int Rate = 136;
    private const int Lanes = 25;
    private const int Rows = 5;

    private static readonly ulong[] _roundConstants = RoundConstants();

    /// <summary>Computes the digest of some bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        byte[] digest = new byte[Size];
        Hash(data, digest);
        return digest;
    }

    /// <summary>Computes the digest of some bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="destination">Takes the 32 bytes of the digest; may overlap the data.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (destination.Length < Size)
        {
            throw new ArgumentException($"Expected room for {Size} bytes, got {destination.Length}.", nameof(destination));
        }

        Span<ulong> state = stackalloc ulong[Lanes];
        state.Clear();
        for (; data.Length >= Rate; data = data[Rate..])
        {
            Absorb(state, data[..Rate]);
        }

        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        data.CopyTo(last);
        last[data.Length] = 0x01;
        last[^1] |= 0x80;
        Absorb(state, last);
        for (int lane = 0; lane < Size / sizeof(ulong); lane++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(lane * sizeof(ulong))..], state[lane]);
        }
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (int lane = 0; lane < Rate / sizeof(ulong); lane++)
        {
            state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(lane * sizeof(ulong))..]);
        }

        foreach (ulong constant in _roundConstants)
        {
            Round(state, constant);
        }
    }

    private static void Round(Span<ulong> a, ulong constant)
    {
        // θ
        ulong c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
        ulong c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
        ulong c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
        ulong c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
        ulong c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
        ulong d0 = c4 ^ BitOperations.RotateLeft(c1, 1);
        ulong d1 = c0 ^ BitOperations.RotateLeft(c2, 1);
        ulong d2 = c1 ^ BitOperations.RotateLeft(c3, 1);
        ulong d3 = c2 ^ BitOperations.RotateLeft(c4, 1);
        ulong d4 = c3 ^ BitOperations.RotateLeft(c0, 1);
        for (int row = 0; row < Lanes; row += Rows)
        {
            a[row] ^= d0;
            a[row + 1] ^= d1;
            a[row + 2] ^= d2;
            a[row + 3] ^= d3;
            a[row + 4] ^= d4;
        }

        // ρ and π: along the one cycle that π makes of all lanes but the first; the t-th step turns by (t + 1)(t + 2)/2.
        ulong moving = a[1];
        int place = 1;
        for (int step = 0; step < Lanes - 1; step++)
        {
            int target = (place / Rows) + (Rows * (((2 * (place % Rows)) + (3 * (place / Rows))) % Rows));
            ulong next = a[target];
            a[target] = BitOperations.RotateLeft(moving, (step + 1) * (step + 2) / 2);
            moving = next;
            place = target;
        }

        // χ
        for (int row = 0; row < Lanes; row += Rows)
        {
            ulong b0 = a[row];
            ulong b1 = a[row + 1];
            ulong b2 = a[row + 2];
            ulong b3 = a[row + 3];
            ulong b4 = a[row + 4];
            a[row] = b0 ^ (~b1 & b2);
            a[row + 1] = b1 ^ (~b2 & b3);
            a[row + 2] = b2 ^ (~b3 & b4);
            a[row + 3] = b3 ^ (~b4 & b0);
            a[row + 4] = b4 ^ (~b0 & b1);
        }

        // ι
        a[0] ^= constant;
    }

    // FIPS 202, algorithm 5: the bits of a linear feedback shift register, at the places 2^j − 1.
    private static ulong[] RoundConstants()
    {
        ulong[] constants = new ulong[24];
        uint register = 1;
        for (int round = 0; round < constants.Length; round++)
        {
            for (int j = 0; j <= 6; j++)
            {
                constants[round] |= (ulong)(register & 1) << ((1 << j) - 1);
                register <<= 1;
                register ^= (register >> 8) * 0x171;
            }
        }

        return constants;
    }
}
