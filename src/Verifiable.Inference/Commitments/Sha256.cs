using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Verifiable.Inference.Commitments;

/// <summary>
/// SHA-256 of short inputs without what the framework does around each call: on Linux it makes and frees a context of OpenSSL's general interface, which takes longer than
/// the hash itself. Where OpenSSL 3's own functions for the algorithm are not there, or the machine is in FIPS mode, which they are not part of, the framework computes it.
/// Thread-safe.
/// </summary>
internal static class Sha256
{
    // The collector waits for a call that is under way, so that only short ones may go directly.
    private const int DirectBytes = 4096;
    private const int ContextBytes = 256;

    private static readonly bool _isDirect = OperatingSystem.IsLinux() && !IsFips() && IsRight();

    /// <summary>Computes the hash of bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="hash">Where the 32 bytes go; not part of the data.</param>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        if (!_isDirect || data.Length > DirectBytes || !HashDirectly(data, hash[..Digest.Size]))
        {
            SHA256.HashData(data, hash);
        }
    }

    /// <summary>Computes the hash by the library's own functions; false when they fail.</summary>
    internal static bool HashDirectly(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        // Twice what the state takes: 8 words, a length of 8 bytes, a block of 64 bytes and two numbers.
        Span<ulong> context = stackalloc ulong[ContextBytes / sizeof(ulong)];
        ref ulong state = ref MemoryMarshal.GetReference(context);
        return Begin(ref state) == 1
            && (data.IsEmpty || Update(ref state, in MemoryMarshal.GetReference(data), (nuint)data.Length) == 1)
            && Finish(ref MemoryMarshal.GetReference(hash), ref state) == 1;
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

    // Compared with the framework once for each way to fill a block.
    private static bool IsRight()
    {
        try
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
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }

    [DllImport("libcrypto.so.3", EntryPoint = "SHA256_Init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static extern int Begin(ref ulong context);

    [DllImport("libcrypto.so.3", EntryPoint = "SHA256_Update")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static extern int Update(ref ulong context, in byte data, nuint length);

    [DllImport("libcrypto.so.3", EntryPoint = "SHA256_Final")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static extern int Finish(ref byte hash, ref ulong context);
}
