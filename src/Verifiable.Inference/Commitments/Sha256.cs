using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Verifiable.Inference.Commitments;

/// <summary>
/// SHA-256 of short inputs without what the framework does around each call: on Linux it makes and frees a context of OpenSSL's general interface, which takes several times
/// as long as the hash itself. Where OpenSSL 3's own functions for the algorithm are not there, another version was asked for, or the machine or OpenSSL's configuration is in FIPS mode, which
/// these functions are not part of, the framework computes every hash. The bits are the same; only the speed differs. Thread-safe.
/// </summary>
internal static class Sha256
{
    private const string Library = "libcrypto.so.3";

    // The collector waits for a call that is under way, so that only those of about a microsecond may go directly.
    private const int DirectBytes = 1024;

    // What OpenSSL's state takes: 8 words of hash, 2 of length, a block of 16, 2 numbers; and room behind it.
    private const int StateWords = 8;
    private const int ContextWords = 40;

    private const int BlockBytes = 64;
    private const int LengthBytes = sizeof(ulong);
    private const int ShortBytes = 192;

    // FIPS 180-4, section 5.3.3.
    private static readonly uint[] _initial = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>The number of words that the states of a key of HMAC take: 16.</summary>
    internal const int HmacStateWords = 2 * StateWords;

    private static readonly bool _isDirect = OperatingSystem.IsLinux() && !IsOverridden() && !IsFips() && HasFunctions() && !IsFipsConfigured() && IsRight();

    /// <summary>Gets a value indicating whether short inputs go to the library's own functions.</summary>
    public static bool IsDirect => _isDirect;

    /// <summary>Computes the hash of bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="hash">Where the 32 bytes go; not part of the data.</param>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        if (!_isDirect || data.Length > DirectBytes || !HashDirectly(data, hash))
        {
            SHA256.HashData(data, hash);
        }
    }

    /// <summary>Computes the HMAC of bytes under a key (RFC 2104, FIPS 198-1).</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="mac">Where the 32 bytes go; not part of key or data.</param>
    public static void Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        Span<uint> states = stackalloc uint[HmacStateWords];
        if (!TryBeginHmac(key, states) || data.Length > ShortBytes || !TryEndHmac(states, data, mac))
        {
            HMACSHA256.HashData(key, data, mac);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(states));
    }

    /// <summary>Hashes the two blocks with which every HMAC under a key begins; false where this must be left to the framework.</summary>
    /// <param name="key">The key.</param>
    /// <param name="states">Where the two states go: <see cref="HmacStateWords"/> words, from which the key does not follow, but every HMAC under it.</param>
    internal static bool TryBeginHmac(ReadOnlySpan<byte> key, Span<uint> states)
    {
        if (!_isDirect || key.Length > BlockBytes)
        {
            return false;
        }

        Span<byte> block = stackalloc byte[BlockBytes];
        bool isDone = TryBeginHmac(key, 0x36, block, states[..StateWords]) && TryBeginHmac(key, 0x5c, block, states.Slice(StateWords, StateWords));
        CryptographicOperations.ZeroMemory(block);
        return isDone;
    }

    /// <summary>Computes the HMAC of up to 192 bytes from the states of its key; false where this must be left to the framework.</summary>
    internal static bool TryEndHmac(ReadOnlySpan<uint> states, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        if (data.Length > ShortBytes)
        {
            return false;
        }

        Span<uint> context = stackalloc uint[ContextWords];
        states[..StateWords].CopyTo(context);
        Span<byte> inner = stackalloc byte[Digest.Size];
        bool isDone = End(context, data, BlockBytes, inner);
        context.Clear();
        states.Slice(StateWords, StateWords).CopyTo(context);
        isDone = isDone && End(context, inner, BlockBytes, mac);
        CryptographicOperations.ZeroMemory(inner);
        return isDone;
    }

    private static bool TryBeginHmac(ReadOnlySpan<byte> key, byte pad, Span<byte> block, Span<uint> state)
    {
        block.Fill(pad);
        for (int i = 0; i < key.Length; i++)
        {
            block[i] ^= key[i];
        }

        Span<uint> context = stackalloc uint[ContextWords];
        _initial.CopyTo(context);
        bool isDone = Update(ref MemoryMarshal.GetReference(context), in MemoryMarshal.GetReference(block), BlockBytes) == 1;
        context[..StateWords].CopyTo(state);
        return isDone;
    }

    /// <summary>Computes the hash by the library's own functions; false when they fail. They must be there.</summary>
    /// <remarks>Not inlined: the runtime looks for the functions when it compiles the method that calls them. Only whole blocks are handed over, so that the library's state never holds data:
    /// the last ones are made here, with the bit and the length that FIPS 180-4, section 5.1.1, puts behind the data.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool HashDirectly(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        Span<uint> context = stackalloc uint[ContextWords];
        _initial.CopyTo(context);
        return End(context, data, 0, hash[..Digest.Size]);
    }

    // Absorbs data behind so many whole blocks, pads, and writes the hash.
    private static bool End(Span<uint> context, ReadOnlySpan<byte> data, int before, Span<byte> hash)
    {
        ref uint state = ref MemoryMarshal.GetReference(context);
        Span<byte> tail = stackalloc byte[2 * BlockBytes];
        int whole = data.Length + 1 + LengthBytes <= tail.Length ? 0 : data.Length / BlockBytes * BlockBytes;
        ReadOnlySpan<byte> rest = data[whole..];
        rest.CopyTo(tail);
        tail[rest.Length] = 0x80;
        int end = rest.Length + 1 + LengthBytes <= BlockBytes ? BlockBytes : tail.Length;
        BinaryPrimitives.WriteUInt64BigEndian(tail[(end - LengthBytes)..], 8 * (ulong)(before + data.Length));
        bool isDone = (whole == 0 || Update(ref state, in MemoryMarshal.GetReference(data), (nuint)whole) == 1)
            && Update(ref state, in MemoryMarshal.GetReference(tail), (nuint)end) == 1;

        // What is hashed may be a key.
        CryptographicOperations.ZeroMemory(tail);
        for (int i = 0; i < StateWords; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash[(sizeof(uint) * i)..], context[i]);
        }

        return isDone;
    }

    // Whoever has the framework load another version means all hashes.
    private static bool IsOverridden() => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE"));

    // Asked after the framework's own first hash: it has read OpenSSL's configuration then, or has failed as it should.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsFipsConfigured()
    {
        try
        {
            _ = SHA256.HashData([]);
            return AreDefaultsFips(0) != 0;
        }
        catch (CryptographicException)
        {
            return true;
        }
    }

    private static bool IsFips()
    {
        try
        {
            return File.Exists("/proc/sys/crypto/fips_enabled") && File.ReadAllText("/proc/sys/crypto/fips_enabled").Trim() != "0";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    // The library stays loaded: the framework's own hashes use it too.
    private static bool HasFunctions() => NativeLibrary.TryLoad(Library, typeof(Sha256).Assembly, DllImportSearchPath.SafeDirectories, out nint library)
        && NativeLibrary.TryGetExport(library, "SHA256_Update", out _)
        && NativeLibrary.TryGetExport(library, "EVP_default_properties_is_fips_enabled", out _);

    // Compared with the framework once for each way to fill a block.
    private static bool IsRight()
    {
        byte[] data = new byte[192];
        Span<byte> ours = stackalloc byte[Digest.Size];
        Span<byte> theirs = stackalloc byte[Digest.Size];
        for (int length = 0; length <= data.Length; length++)
        {
            SHA256.HashData(data.AsSpan(0, length), theirs);
            if (!HashDirectly(data.AsSpan(0, length), ours) || !ours.SequenceEqual(theirs))
            {
                return false;
            }

            data[Math.Min(length, data.Length - 1)] = (byte)length;
        }

        return true;
    }

    [DllImport(Library, EntryPoint = "EVP_default_properties_is_fips_enabled")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AreDefaultsFips(nint context);

    [DllImport(Library, EntryPoint = "SHA256_Update")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static extern int Update(ref uint context, in byte data, nuint length);
}
