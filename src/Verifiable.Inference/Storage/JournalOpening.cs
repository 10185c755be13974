namespace Verifiable.Inference.Storage;

/// <summary>What came of opening a journal. Immutable.</summary>
public sealed record JournalOpening
{
    /// <summary>Gets the journal; <see langword="null"/> where it was refused.</summary>
    public required Journal? Journal { get; init; }

    /// <summary>Gets what was found. A journal that is opened has lost its torn tail by then.</summary>
    public required JournalReport Report { get; init; }

    /// <summary>Gets the journal.</summary>
    /// <exception cref="StoreException">It was refused.</exception>
    public Journal GetJournal() => Journal ?? throw new StoreException(
        Report.Refusal,
        Report.BadRecord is { } record ? $"The journal was refused: {Report.Refusal}, record {record}." : $"The journal was refused: {Report.Refusal}.");
}
