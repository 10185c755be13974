namespace Verifiable.Inference.Commitments;

/// <summary>Says where an element lies in the committed bytes; <c>default</c> is the start of the first chunk.</summary>
/// <param name="Chunk">The chunk's index.</param>
/// <param name="Offset">The element's first byte in the chunk.</param>
public readonly record struct TensorPosition(long Chunk, int Offset);
