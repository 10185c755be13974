namespace Verifiable.Inference.Storage;

/// <summary>Why a store was not opened or did not keep a record. Zero means that there was no refusal.</summary>
public enum StoreRefusal
{
    /// <summary>No refusal.</summary>
    None = 0,

    /// <summary>Another writer has the store open, in this process or in another.</summary>
    InUse,

    /// <summary>The store belongs to another identity.</summary>
    WrongIdentity,

    /// <summary>The beginning of a segment is not readable.</summary>
    BadSegment,

    /// <summary>A segment between the first and the last is missing.</summary>
    MissingSegment,

    /// <summary>A record that was on disk is damaged, missing, doubled, or not in its place.</summary>
    BadRecord,

    /// <summary>The store ends before a point that is known to have been in it.</summary>
    BehindKnownPoint,

    /// <summary>The store has another history than the point that is known to have been in it.</summary>
    NotOfKnownPoint,

    /// <summary>The store ends before its own snapshot.</summary>
    BehindSnapshot,

    /// <summary>A record or snapshot is larger than the store allows.</summary>
    TooLarge,

    /// <summary>There is no room on the disk.</summary>
    DiskFull,

    /// <summary>The disk, or the right to use it, failed.</summary>
    AccessFailed,

    /// <summary>The store is closed.</summary>
    Closed,

    /// <summary>The records that are asked for were freed.</summary>
    Freed,

    /// <summary>A group of records was left without being completed; it was dropped, and the store is closed.</summary>
    Abandoned,
}
