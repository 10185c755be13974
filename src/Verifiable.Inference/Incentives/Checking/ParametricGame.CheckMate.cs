using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <content>CheckMate's JSON format (input.schema.json of apre-group/checkmate), with chance and information sets added.</content>
public sealed partial class ParametricGame
{
    /// <summary>
    /// Reads CheckMate's format: players, constants, infinitesimals, constraints, honest histories, and the tree. In addition a node may name its
    /// <c>information_set</c>, and a node whose player is <c>null</c> is chance's, each child with a <c>probability</c>. Products of constants are read.
    /// </summary>
    /// <param name="json">The text.</param>
    /// <param name="game">The game; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">Why not.</param>
    /// <param name="limits">What bounds the size; <see cref="GameReadLimits.Ordinary"/> when not given.</param>
    /// <returns>Whether there is a game.</returns>
    public static bool TryReadCheckMate(string json, [NotNullWhen(true)] out ParametricGame? game, out GameRefusal refusal, GameReadLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new CheckMateReader(limits ?? GameReadLimits.Ordinary).TryRead(json, out game, out refusal);
    }

    /// <summary>Reads CheckMate's format from a stream, never holding more than the limits allow.</summary>
    /// <param name="stream">The stream, UTF-8.</param>
    /// <param name="game">The game; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">Why not.</param>
    /// <param name="limits">What bounds the size; <see cref="GameReadLimits.Ordinary"/> when not given.</param>
    /// <returns>Whether there is a game.</returns>
    public static bool TryReadCheckMate(Stream stream, [NotNullWhen(true)] out ParametricGame? game, out GameRefusal refusal, GameReadLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        game = null;
        return BoundedText.TryRead(stream, limits ?? GameReadLimits.Ordinary, out string? text, out refusal) && TryReadCheckMate(text, out game, out refusal, limits);
    }

    /// <summary>Writes CheckMate's format. Fractions that are no decimals are written with a slash, and chance and information sets as added keys, which CheckMate does not read.</summary>
    /// <returns>The text; reading it gives an equal game.</returns>
    public string ToCheckMate() => new CheckMateWriter(this).Write();
}
