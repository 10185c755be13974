using System.Buffers;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Memory with a page before and a page after it that nobody may touch: whoever reads or writes beyond it ends the process. Linux only.</summary>
internal sealed unsafe class GuardedMemory : MemoryManager<byte>
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly nint _start;
    private readonly nint _mapped;
    private readonly int _length;

    /// <summary>Takes memory.</summary>
    /// <param name="length">The number of bytes.</param>
    /// <param name="isAtEnd">Whether the last byte stands before the page behind; otherwise the first one stands after the page in front.</param>
    internal GuardedMemory(int length, bool isAtEnd)
    {
        int page = Environment.SystemPageSize;
        int room = (length + page - 1) / page * page;
        _length = length;
        _mapped = room + (2 * page);
        _start = mmap(0, _mapped, 0, PrivateAnonymous, -1, 0);
        if (_start == -1 || (room > 0 && mprotect(_start + page, room, ReadWrite) != 0))
        {
            throw new InvalidOperationException($"Expected {room} bytes of memory, got none.");
        }

        First = _start + page + (isAtEnd ? room - length : 0);
    }

    private nint First { get; }

    public override Span<byte> GetSpan() => new((void*)First, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)First + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing) => _ = munmap(_start, _mapped);

    [DllImport("libc")]
    private static extern nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("libc")]
    private static extern int mprotect(nint address, nint length, int protection);

    [DllImport("libc")]
    private static extern int munmap(nint address, nint length);
}
