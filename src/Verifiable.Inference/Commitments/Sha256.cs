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
    private const int ContextBytes = 256;

    private const int BlockBytes = 64;
    private const int ShortBytes = 192;

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
        if (!_isDirect || key.Length > BlockBytes || data.Length > ShortBytes)
        {
            HMACSHA256.HashData(key, data, mac);
            return;
        }

        // A block with the key in it, and behind it what is hashed with it: the data first, their hash then.
        Span<byte> bytes = stackalloc byte[BlockBytes + ShortBytes];
        bytes[..BlockBytes].Fill(0x36);
        Mix(bytes, key);
        data.CopyTo(bytes[BlockBytes..]);
        Hash(bytes[..(BlockBytes + data.Length)], mac);
        bytes[..BlockBytes].Fill(0x5c);
        Mix(bytes, key);
        mac[..Digest.Size].CopyTo(bytes[BlockBytes..]);
        Hash(bytes[..(BlockBytes + Digest.Size)], mac);
        CryptographicOperations.ZeroMemory(bytes);
    }

    private static void Mix(Span<byte> block, ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < key.Length; i++)
        {
            block[i] ^= key[i];
        }
    }

    /// <summary>Computes the hash by the library's own functions; false when they fail. They must be there.</summary>
    /// <remarks>Not inlined: the runtime looks for the functions when it compiles the method that calls them.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool HashDirectly(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        // Twice what the state takes: 8 words, a length of 8 bytes, a block of 64 bytes and two numbers.
        Span<ulong> context = stackalloc ulong[ContextBytes / sizeof(ulong)];
        ref ulong state = ref MemoryMarshal.GetReference(context);
        bool isDone = Begin(ref state) == 1
            && (data.IsEmpty || Update(ref state, in MemoryMarshal.GetReference(data), (nuint)data.Length) == 1)
            && Finish(ref MemoryMarshal.GetReference(hash[..Digest.Size]), ref state) == 1;

        // What is hashed may be a key, and the state tells the hash of it.
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(context));
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
        && NativeLibrary.TryGetExport(library, "SHA256_Init", out _)
        && NativeLibrary.TryGetExport(library, "SHA256_Update", out _)
        && NativeLibrary.TryGetExport(library, "SHA256_Final", out _)
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

    [DllImport(Library, EntryPoint = "SHA256_Init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static extern int Begin(ref ulong context);

    [DllImport(Library, EntryPoint = "SHA256_Update")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static extern int Update(ref ulong context, in byte data, nuint length);

    [DllImport(Library, EntryPoint = "SHA256_Final")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static extern int Finish(ref byte hash, ref ulong context);
}
