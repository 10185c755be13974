namespace Verifiable.Inference.Storage;

/// <summary>
/// A store could not keep or give what it was asked for. After <see cref="StoreRefusal.DiskFull"/> and <see cref="StoreRefusal.AccessFailed"/> the store is closed for
/// writing: what was not yet acknowledged may or may not be there when it is opened again, and nothing that was acknowledged is lost.
/// </summary>
public sealed class StoreException : IOException
{
    /// <summary>Creates an exception.</summary>
    public StoreException(StoreRefusal refusal, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Refusal = refusal;
    }

    /// <summary>Gets what went wrong.</summary>
    public StoreRefusal Refusal { get; }

    /// <summary>Says that a group was left in the middle.</summary>
    internal static StoreException Abandoned() =>
        new(StoreRefusal.Abandoned, "A group of records was left without being completed. Open the store again: none of them was kept.");

    /// <summary>Wraps what the system said.</summary>
    internal static StoreException From(Exception exception)
    {
        StoreRefusal refusal = exception is IOException failed && IsDiskFull(failed) ? StoreRefusal.DiskFull : StoreRefusal.AccessFailed;
        return new StoreException(refusal, exception.Message, exception);
    }

    // ENOSPC is 28 on Linux and macOS and EDQUOT 122 and 69; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL are 112 and 39 as Windows gives them.
    private static bool IsDiskFull(IOException exception) => OperatingSystem.IsWindows()
        ? (exception.HResult & 0xFFFF) is 112 or 39
        : exception.HResult is 28 or 122 or 69;
}
