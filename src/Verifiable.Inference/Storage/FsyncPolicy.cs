namespace Verifiable.Inference.Storage;

/// <summary>When a journal has the system write to the disk itself (fsync). <see cref="RecordStore.MakeDurable"/> does so under every policy.</summary>
public enum FsyncPolicy
{
    /// <summary>No policy; refused.</summary>
    None = 0,

    /// <summary>Before anything is acknowledged: neither a crash of the process nor of the machine loses an acknowledged record. The default.</summary>
    EachCommit,

    /// <summary>At least once in an interval: a crash of the process loses no acknowledged record, one of the machine those of the last interval.</summary>
    Interval,

    /// <summary>When asked for only: a crash of the process loses no acknowledged record, one of the machine whatever the system had not written by itself.</summary>
    Never,
}
