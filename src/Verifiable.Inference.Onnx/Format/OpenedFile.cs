using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>A file that was opened once: whatever happens to its name afterwards, all that is read is of this file. Not thread-safe.</summary>
internal sealed class OpenedFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private MappedFile? _mapped;

    private OpenedFile(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
        Length = stream.Length;
    }

    /// <summary>Gets the length that the file had when it was opened.</summary>
    public long Length { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="NotSupportedException">It is no file of bytes, but a pipe, say.</exception>
    public static OpenedFile Open(string path) => new(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));

    /// <summary>Gets the path of the file that is open, without links. Linux says which file that is; elsewhere it is what the name leads to once more.</summary>
    public string PathOf()
    {
        SafeFileHandle handle = _stream.SafeFileHandle;
        string entry = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}");
        return (OperatingSystem.IsLinux() ? new FileInfo(entry).LinkTarget : null) ?? LinkedPath.Resolve(_path);
    }

    /// <summary>Reads a part.</summary>
    /// <exception cref="EndOfStreamException">The file has become shorter.</exception>
    public byte[] Read(long offset, int size)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(size);
        _stream.Position = offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Maps a part, which stays when the file is closed.</summary>
    public ReadOnlyMemory<byte> Map(long offset, int size)
    {
        _mapped ??= MappedFile.Of(_stream);
        return _mapped.Slice(offset, size);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
