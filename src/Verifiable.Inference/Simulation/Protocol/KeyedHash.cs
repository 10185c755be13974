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

    public (ulong First, ulong Second) Hash(ReadOnlySpan<byte> message)
    {
        unchecked
        {
            State state = new(_k0, _k1);
            int length = message.Length;
            for (; message.Length >= sizeof(ulong); message = message[sizeof(ulong)..])
            {
                state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(message));
            }

            ulong last = (ulong)length << 56;
            for (int i = 0; i < message.Length; i++)
            {
                last |= (ulong)message[i] << (8 * i);
            }

            state.Absorb(last);
            return state.Finish();
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

    private struct State
    {
        private ulong _v0;
        private ulong _v1;
        private ulong _v2;
        private ulong _v3;

        public State(ulong k0, ulong k1)
        {
            _v0 = k0 ^ 0x736f6d6570736575;
            _v1 = k1 ^ 0x646f72616e646f6d ^ 0xee;
            _v2 = k0 ^ 0x6c7967656e657261;
            _v3 = k1 ^ 0x7465646279746573;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Absorb(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public (ulong First, ulong Second) Finish()
        {
            _v2 ^= 0xee;
            Rounds();
            ulong first = _v0 ^ _v1 ^ _v2 ^ _v3;
            _v1 ^= 0xdd;
            Rounds();
            return (first, _v0 ^ _v1 ^ _v2 ^ _v3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Rounds()
        {
            Round();
            Round();
            Round();
            Round();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round()
        {
            unchecked
            {
                _v0 += _v1;
                _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
                _v0 = BitOperations.RotateLeft(_v0, 32);
                _v2 += _v3;
                _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
                _v0 += _v3;
                _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
                _v2 += _v1;
                _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
                _v2 = BitOperations.RotateLeft(_v2, 32);
            }
        }
    }
}
