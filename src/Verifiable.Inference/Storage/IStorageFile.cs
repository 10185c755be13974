namespace Verifiable.Inference.Storage;

/// <summary>A file of a journal.</summary>
internal interface IStorageFile : IDisposable
{
    /// <summary>Gets the size in bytes.</summary>
    long Length { get; }

    /// <summary>Reads bytes from an offset on.</summary>
    /// <returns>How many were read; fewer than asked for at the end only.</returns>
    int Read(Span<byte> destination, long offset);

    /// <summary>Writes bytes at an offset, all or, after a failure, some.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts the file off.</summary>
    void Truncate(long length);

    /// <summary>Waits until no crash can undo what was written.</summary>
    void Flush();
}
