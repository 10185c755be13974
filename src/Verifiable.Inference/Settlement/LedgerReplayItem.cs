namespace Verifiable.Inference.Settlement;

/// <summary>A record of a store, decoded, with what was found of it alone and of the hash that it says stood before it.</summary>
/// <param name="Number">The store's number of the record.</param>
/// <param name="Record">The record; <see langword="null"/> where it is not readable.</param>
/// <param name="IsChained">Whether its hash follows from the hash of the record before and its own part.</param>
/// <param name="IsAuthorized">Whether the signature it stands on is valid, or was not asked for.</param>
internal readonly record struct LedgerReplayItem(ulong Number, LedgerRecord? Record, bool IsChained, bool IsAuthorized);
