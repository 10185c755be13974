using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Verifiable.Inference.Keys.Storage;

/// <summary>The key derivation scrypt (RFC 7914). Its memory, which depends on the password, is erased at the end. Names are those of the RFC.</summary>
internal static unsafe class Scrypt
{
    private const int SalsaWords = 16;

    /// <summary>Derives a key. The caller has checked the cost against limits.</summary>
    public static void DeriveKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ScryptCost cost, Span<byte> key)
    {
        int blockWords = 2 * SalsaWords * cost.BlockSize;
        // Pinned: a derivation takes long enough for a collection to move them, and to leave a copy behind.
        byte[] b = GC.AllocateUninitializedArray<byte>(blockWords * sizeof(uint) * cost.Parallelization, pinned: true);
        uint[] x = GC.AllocateUninitializedArray<uint>(2 * blockWords, pinned: true);
        nuint memory = (nuint)blockWords * sizeof(uint) * (nuint)cost.Cost;
        uint* v = (uint*)NativeMemory.Alloc(memory);
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(password, salt, b, 1, HashAlgorithmName.SHA256);
            for (int i = 0; i < cost.Parallelization; i++)
            {
                Mix(b.AsSpan(i * blockWords * sizeof(uint), blockWords * sizeof(uint)), cost, v, x);
            }

            Rfc2898DeriveBytes.Pbkdf2(password, b, key, 1, HashAlgorithmName.SHA256);
        }
        finally
        {
            NativeMemory.Clear(v, memory);
            NativeMemory.Free(v);
            CryptographicOperations.ZeroMemory(b);
            Array.Clear(x);
        }
    }

    // scryptROMix.
    private static void Mix(Span<byte> block, ScryptCost cost, uint* v, uint[] buffer)
    {
        int words = buffer.Length / 2;
        Span<uint> x = buffer.AsSpan(0, words);
        Span<uint> y = buffer.AsSpan(words);
        for (int i = 0; i < words; i++)
        {
            x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(i * sizeof(uint))..]);
        }

        for (int i = 0; i < cost.Cost; i++)
        {
            x.CopyTo(new Span<uint>(v + ((nint)i * words), words));
            MixBlock(x, y, cost.BlockSize);
        }

        for (int i = 0; i < cost.Cost; i++)
        {
            // Integerify: the last 64 bytes, modulo N, which is a power of 2.
            uint j = x[^SalsaWords] & (uint)(cost.Cost - 1);
            ReadOnlySpan<uint> other = new(v + ((nint)j * words), words);
            Xor(x, other);
            MixBlock(x, y, cost.BlockSize);
        }

        for (int i = 0; i < words; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[(i * sizeof(uint))..], x[i]);
        }
    }

    // scryptBlockMix: the even blocks of the result come first, then the odd ones.
    private static void MixBlock(Span<uint> b, Span<uint> y, int r)
    {
        Span<uint> x = stackalloc uint[SalsaWords];
        b[^SalsaWords..].CopyTo(x);
        for (int i = 0; i < 2 * r; i++)
        {
            Xor(x, b.Slice(i * SalsaWords, SalsaWords));
            Salsa(x);
            x.CopyTo(y[((i % 2 == 0 ? i / 2 : r + (i / 2)) * SalsaWords)..]);
        }

        y.CopyTo(b);
    }

    private static void Xor(Span<uint> left, ReadOnlySpan<uint> right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            left[i] ^= right[i];
        }
    }

    // Salsa20/8 (RFC 7914, section 3).
    private static void Salsa(Span<uint> b)
    {
        unchecked
        {
            uint x0 = b[0], x1 = b[1], x2 = b[2], x3 = b[3], x4 = b[4], x5 = b[5], x6 = b[6], x7 = b[7];
            uint x8 = b[8], x9 = b[9], x10 = b[10], x11 = b[11], x12 = b[12], x13 = b[13], x14 = b[14], x15 = b[15];
            for (int round = 0; round < 8; round += 2)
            {
                QuarterRound(ref x0, ref x4, ref x8, ref x12);
                QuarterRound(ref x5, ref x9, ref x13, ref x1);
                QuarterRound(ref x10, ref x14, ref x2, ref x6);
                QuarterRound(ref x15, ref x3, ref x7, ref x11);
                QuarterRound(ref x0, ref x1, ref x2, ref x3);
                QuarterRound(ref x5, ref x6, ref x7, ref x4);
                QuarterRound(ref x10, ref x11, ref x8, ref x9);
                QuarterRound(ref x15, ref x12, ref x13, ref x14);
            }

            b[0] += x0;
            b[1] += x1;
            b[2] += x2;
            b[3] += x3;
            b[4] += x4;
            b[5] += x5;
            b[6] += x6;
            b[7] += x7;
            b[8] += x8;
            b[9] += x9;
            b[10] += x10;
            b[11] += x11;
            b[12] += x12;
            b[13] += x13;
            b[14] += x14;
            b[15] += x15;
        }
    }

    private static void QuarterRound(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        unchecked
        {
            b ^= BitOperations.RotateLeft(a + d, 7);
            c ^= BitOperations.RotateLeft(b + a, 9);
            d ^= BitOperations.RotateLeft(c + b, 13);
            a ^= BitOperations.RotateLeft(d + c, 18);
        }
    }
}
