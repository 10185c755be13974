using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>A command that was done under an id, by <see cref="Once"/>.</summary>
/// <param name="Command">The digest of the command.</param>
/// <param name="Expiry">The time from which the id is forgotten, and refused, in milliseconds since 1970-01-01 UTC.</param>
public readonly record struct DoneCommand(Digest Command, long Expiry);
