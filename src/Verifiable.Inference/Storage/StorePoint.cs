using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>A place in a store's chain of records. <c>default</c> is no place of any store.</summary>
/// <param name="Sequence">The number of the record; 0 before the first.</param>
/// <param name="Hash">The hash over all records up to this one, in their order.</param>
public readonly record struct StorePoint(ulong Sequence, Digest Hash);
