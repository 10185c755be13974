using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>A file whose bytes are memory: read by the system where they are used, and shared between processes. Immutable and thread-safe.</summary>
/// <remarks>
/// The mapping lives as long as a part of it can be reached (a span does not reach it: whoever has one keeps the tensor), also when the file is deleted or replaced by another of its name. A file that is written to changes under
/// the reader, and one that is cut short ends the process at the next access (Windows refuses both): nothing in a process can prevent that.
/// </remarks>
internal sealed unsafe partial class MappedFile
{
    // The same number on Linux and macOS. For a mapped file that is only read it drops no data.
    private const int DoNotNeed = 4;

    // Never disposed of by hand: whoever holds a part uses it, so only what nobody can reach may go. Its handle has a finaliser.
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    private MappedFile(MemoryMappedViewAccessor view, long length)
    {
        _view = view;
        _start = (byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle() + view.PointerOffset;
        Length = length;
    }

    /// <summary>Gets the length in bytes that the file had when it was opened.</summary>
    public long Length { get; }

    /// <summary>Maps a file that is open; it may be closed afterwards.</summary>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static MappedFile Of(FileStream stream)
    {
        long length = stream.Length;
        using var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);

        // The view outlives both.
        return new MappedFile(file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length);
    }

    /// <summary>Gets a part of the file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not in the file.</exception>
    public ReadOnlyMemory<byte> Slice(long offset, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - size);
        return new Part(this, offset, size).Memory;
    }

    /// <summary>Says that memory will hardly be read again: where it is mapped, the system may take it from this process and read the file again should it be wrong.
    /// Nothing happens elsewhere. The bytes stay what they are.</summary>
    public static void LetGo(ReadOnlyMemory<byte> memory)
    {
        if (!(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()) || !MemoryMarshal.TryGetMemoryManager(memory, out Part? part, out int start, out int length))
        {
            return;
        }

        // Whole pages only: neighbours on the same page may be in use.
        nuint page = (nuint)Environment.SystemPageSize;
        fixed (byte* bytes = part.GetSpan().Slice(start, length))
        {
            nuint first = ((nuint)bytes + page - 1) / page * page;
            nuint end = ((nuint)bytes + (nuint)length) / page * page;
            if (first < end)
            {
                // Advice: whether it is taken does not matter.
                _ = Advise(first, end - first, DoNotNeed);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint address, nuint length, int advice);

    private sealed class Part(MappedFile file, long offset, int size) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(file._start + offset, size);

        // Mapped memory does not move.
        public override MemoryHandle Pin(int elementIndex = 0)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, size);
            return new MemoryHandle(file._start + offset + elementIndex, pinnable: this);
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
