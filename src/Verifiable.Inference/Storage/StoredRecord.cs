namespace Verifiable.Inference.Storage;

/// <summary>A record as it is read from a store.</summary>
/// <param name="Sequence">The record's number, from 1.</param>
/// <param name="Stream">Whose record it is.</param>
/// <param name="Content">The bytes; good until the next record is read, so copy what you keep.</param>
public readonly record struct StoredRecord(ulong Sequence, byte Stream, ReadOnlyMemory<byte> Content);
