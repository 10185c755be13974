namespace Verifiable.Inference.Storage;

/// <summary>What was found in the folder of a journal. Immutable.</summary>
public sealed record JournalReport
{
    /// <summary>Gets what is wrong, or <see cref="StoreRefusal.None"/>.</summary>
    public required StoreRefusal Refusal { get; init; }

    /// <summary>Gets the number of the first bad record, or <see langword="null"/> where none is bad.</summary>
    public required ulong? BadRecord { get; init; }

    /// <summary>Gets the number of the first record that is there.</summary>
    public required ulong FirstSequence { get; init; }

    /// <summary>Gets the last good record.</summary>
    public required StorePoint Tip { get; init; }

    /// <summary>Gets the number of bytes after the last good record that were never acknowledged: a torn tail, dropped when the journal is opened.</summary>
    public required long TornBytes { get; init; }

    /// <summary>Gets the number of segments.</summary>
    public required int Segments { get; init; }

    /// <summary>Gets a value indicating whether the journal can be opened.</summary>
    public bool IsGood => Refusal == StoreRefusal.None;
}
