using System.Security.Cryptography;

namespace Verifiable.Inference.Keys.Storage;

/// <summary>AES in counter mode (SP 800-38A, section 6.5), which the framework does not offer: the counter is the whole block, big-endian.</summary>
internal static class AesCounterMode
{
    private const int BlockSize = 16;

    /// <summary>Encrypts, or decrypts, which is the same. The caller erases the result, which the garbage collector does not move.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> initialCounter, ReadOnlySpan<byte> input)
    {
        using Aes aes = Aes.Create();
        aes.SetKey(key);
        byte[] output = GC.AllocateArray<byte>(input.Length, pinned: true);
        Span<byte> counter = stackalloc byte[BlockSize];
        Span<byte> stream = stackalloc byte[BlockSize];
        initialCounter.CopyTo(counter);
        for (int i = 0; i < input.Length; i++)
        {
            if (i % BlockSize == 0)
            {
                _ = aes.EncryptEcb(counter, stream, PaddingMode.None);
                Increment(counter);
            }

            output[i] = (byte)(input[i] ^ stream[i % BlockSize]);
        }

        CryptographicOperations.ZeroMemory(stream);
        return output;
    }

    private static void Increment(Span<byte> counter)
    {
        int place = counter.Length - 1;
        while (place >= 0 && counter[place] == byte.MaxValue)
        {
            counter[place--] = 0;
        }

        if (place >= 0)
        {
            counter[place]++;
        }
    }
}
