namespace Verifiable.Inference.Storage;

/// <summary>What stands where the next record is looked for.</summary>
internal enum FrameStatus
{
    /// <summary>Nothing was looked for yet.</summary>
    None = 0,

    /// <summary>A whole record.</summary>
    Good,

    /// <summary>Nothing: the end.</summary>
    End,

    /// <summary>Bytes that are no whole record.</summary>
    Torn,

    /// <summary>A record that this journal wrote, and that belongs elsewhere.</summary>
    Misplaced,
}
