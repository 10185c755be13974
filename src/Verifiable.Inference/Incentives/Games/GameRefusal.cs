namespace Verifiable.Inference.Incentives.Games;

/// <summary>Says why a game is not taken. <c>default</c> refuses nothing.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Position">Where: the index of the character where that is known, otherwise 0.</param>
/// <param name="Explanation">What was expected and what was found; never longer than a line, never the file's own text beyond a few characters.</param>
public readonly record struct GameRefusal(GameRefusalKind Kind, long Position, string Explanation)
{
    /// <summary>Gets a value indicating whether something was refused.</summary>
    public bool IsRefused => Kind != GameRefusalKind.None;

    /// <inheritdoc/>
    public override string ToString() => IsRefused ? $"{Kind} at {Position}: {Explanation}" : "not refused";
}
