using System.Runtime.InteropServices;
using System.Text;

namespace Verifiable.Inference.Storage;

/// <summary>A folder of the file system.</summary>
internal sealed class DiskFolder : IStorageFolder
{
    private const string LockName = "writer.lock";

    private readonly string _path;

    /// <summary>Takes a folder, making it where there is none.</summary>
    public DiskFolder(string path)
    {
        _path = Path.GetFullPath(path);
        if (!Directory.Exists(_path))
        {
            Directory.CreateDirectory(_path);
            FlushFolder(Path.GetDirectoryName(_path) ?? _path);
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock()
    {
        try
        {
            // The system gives the lock up when the process ends, however it ends. On Unix it is advisory: it holds between programs that use it.
            return new FileStream(Path.Combine(_path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> GetNames() =>
        [.. Directory.EnumerateFiles(_path).Select(Path.GetFileName).OfType<string>().Where(static name => name != LockName).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IStorageFile Open(string name) => new DiskFile(Path.Combine(_path, name), FileMode.Open);

    /// <inheritdoc/>
    public IStorageFile Create(string name) => new DiskFile(Path.Combine(_path, name), FileMode.Create);

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(Path.Combine(_path, from), Path.Combine(_path, to), overwrite: true);

    /// <inheritdoc/>
    public void Delete(string name) => File.Delete(Path.Combine(_path, name));

    /// <inheritdoc/>
    public void Flush() => FlushFolder(_path);

    // The framework opens no folders. Windows has nothing to flush here: NTFS journals its own names.
    private static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = OpenNative(Encoding.UTF8.GetBytes(path + '\0'), 0);
        if (descriptor < 0)
        {
            throw Failure(path);
        }

        try
        {
            if (FlushNative(descriptor) != 0)
            {
                throw Failure(path);
            }
        }
        finally
        {
            _ = CloseNative(descriptor);
        }
    }

    private static IOException Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenNative(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FlushNative(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseNative(int descriptor);
}
