namespace Verifiable.Inference.Tests.Storage;

/// <summary>How a folder fails.</summary>
internal enum FaultKind
{
    None = 0,

    /// <summary>The process ends before the operation.</summary>
    KillBefore,

    /// <summary>The process ends in the middle of it.</summary>
    KillMidway,

    /// <summary>The process ends after it, before anybody hears of it.</summary>
    KillAfter,

    /// <summary>The operation fails, half done, and the process goes on.</summary>
    DiskFull,
}
