using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>A keyed hash, SipHash-2-4 with 128 bits (Aumasson and Bernstein, INDOCRYPT 2012): the engine of simulated models, and of simulated signatures. Immutable and thread-safe.</summary>
internal sealed class KeyedHash
{
    private readonly ulong _k0;
    private readonly ulong _k1;

    public KeyedHash(IRandomSource randomness)
    {
        Span<byte> key = stackalloc byte[2 * sizeof(ulong)];
        randomness.Fill(key);
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]);
    }

    public KeyedHash(ulong k0, ulong k1)
    {
        _k0 = k0;
        _k1 = k1;
    }

    /// <summary>Gives the one right answer to a work.</summary>
    public NamedTensors RightAnswer(Digest work) => Answer(work, 1);

    /// <summary>Gives the answer of the cheap model.</summary>
    public NamedTensors CheapAnswer(Digest work) => Answer(work, 2);

    public static NamedTensors ToAnswer(ulong first, ulong second)
    {
        Span<byte> bytes = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[sizeof(ulong)..], second);
        return NamedTensors.Of("y", TensorValue.Create<byte>(bytes, new TensorShape(bytes.Length)));
    }

    public (ulong First, ulong Second) Hash(ReadOnlySpan<byte> message) => Hash(message, 2, 4);

    /// <summary>Hashes with half of the rounds, SipHash-1-3: for what no result depends on, only that it is the same for the same message.</summary>
    public (ulong First, ulong Second) HashQuickly(ReadOnlySpan<byte> message) => Hash(message, 1, 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (ulong First, ulong Second) Hash(ReadOnlySpan<byte> message, int rounds, int lastRounds)
    {
        // In four variables, not in a structure: they stay in registers.
        ulong v0 = _k0 ^ 0x736f6d6570736575;
        ulong v1 = _k1 ^ 0x646f72616e646f6d ^ 0xee;
        ulong v2 = _k0 ^ 0x6c7967656e657261;
        ulong v3 = _k1 ^ 0x7465646279746573;
        int length = message.Length;
        for (; message.Length >= sizeof(ulong); message = message[sizeof(ulong)..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(message);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            if (rounds == 2)
            {
                Round(ref v0, ref v1, ref v2, ref v3);
            }

            v0 ^= word;
        }

        ulong last = (ulong)length << 56;
        for (int i = 0; i < message.Length; i++)
        {
            last |= (ulong)message[i] << (8 * i);
        }

        v3 ^= last;
        for (int i = 0; i < rounds; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        v0 ^= last;
        v2 ^= 0xee;
        for (int i = 0; i < lastRounds; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        ulong first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        for (int i = 0; i < lastRounds; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return (first, v0 ^ v1 ^ v2 ^ v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        unchecked
        {
            v0 += v1;
            v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
            v0 = BitOperations.RotateLeft(v0, 32);
            v2 += v3;
            v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
            v2 = BitOperations.RotateLeft(v2, 32);
        }
    }

    private NamedTensors Answer(Digest work, byte kind)
    {
        Span<byte> message = stackalloc byte[Digest.Size + 1];
        work.CopyTo(message);
        message[Digest.Size] = kind;
        (ulong first, ulong second) = Hash(message);
        return ToAnswer(first, second);
    }
}
