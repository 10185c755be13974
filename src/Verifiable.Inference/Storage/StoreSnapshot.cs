using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>What an owner of records knew after some record, so that it need not read those before. Immutable.</summary>
/// <param name="Stream">Whose snapshot it is.</param>
/// <param name="Point">The last record that is in it.</param>
/// <param name="Content">The owner's own encoding.</param>
public sealed record StoreSnapshot(byte Stream, StorePoint Point, OpaqueBytes Content);
