namespace Verifiable.Inference.Selection;

/// <summary>A source of randomness. Implementations are safe to call from several threads at once.</summary>
public interface IRandomSource
{
    /// <summary>Fills the destination with random bytes.</summary>
    void Fill(Span<byte> destination);

    /// <summary>Makes an independent source for one consumer, so that adding a consumer does not disturb the others.</summary>
    /// <param name="label">The consumer's name; the same label gives the same source where the parent replays from a seed.</param>
    IRandomSource Fork(string label);
}
