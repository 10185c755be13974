using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Arrays that do not move, and where their first cache line begins: a vector of 64 bytes never lies across two lines then.</summary>
internal static unsafe partial class AlignedMemory
{
    /// <summary>The bytes of a cache line.</summary>
    internal const int LineBytes = 64;

    // What Linux calls MADV_POPULATE_WRITE.
    private const int PopulateForWriting = 23;

    // Below this, asking costs as much as it saves.
    private const int LeastBytes = 1 << 20;

    /// <summary>Allocates floats that may be anything.</summary>
    /// <param name="elements">The number of elements.</param>
    /// <param name="first">The first element at a cache line.</param>
    internal static float[] AllocateFloats(int elements, out int first)
    {
        float[] array = GC.AllocateUninitializedArray<float>(elements, pinned: true);
        first = (int)((LineBytes - (Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) % LineBytes)) % LineBytes) / sizeof(float);
        return array;
    }

    /// <summary>Allocates bytes that are zeros.</summary>
    /// <param name="bytes">The number of bytes.</param>
    /// <param name="first">The first byte at a cache line.</param>
    internal static byte[] AllocateZeros(int bytes, out int first)
    {
        byte[] array = GC.AllocateArray<byte>(bytes, pinned: true);
        first = (int)((LineBytes - (Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) % LineBytes)) % LineBytes);
        return array;
    }

    /// <summary>Says that elements of an array made here will all be written at once, so that the system gives them pages in one go and not one by one. Nothing happens
    /// where it cannot; the elements stay what they are.</summary>
    internal static void Prepare(float[] array, int first, int count)
    {
        long bytes = (long)count * sizeof(float);
        if (OperatingSystem.IsLinux() && bytes >= LeastBytes)
        {
            nuint page = (nuint)Environment.SystemPageSize;
            nuint start = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(array, first) / page * page;
            _ = Advise(start, (nuint)bytes, PopulateForWriting);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint address, nuint length, int advice);
}
