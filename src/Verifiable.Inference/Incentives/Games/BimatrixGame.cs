using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>Holds a game of two players, a row player and a column player, as two matrices of exact payoffs. Immutable and thread-safe; compared by reference.</summary>
public sealed class BimatrixGame
{
    /// <summary>Initializes a game.</summary>
    /// <param name="rows">The strategies of the row player, at least 1.</param>
    /// <param name="columns">The strategies of the column player, at least 1.</param>
    /// <param name="rowPayoffs">The row player's payoffs, row after row.</param>
    /// <param name="columnPayoffs">The column player's payoffs, row after row.</param>
    /// <exception cref="ArgumentException">A matrix has another number of entries than rows times columns, or there are no rows or no columns.</exception>
    public BimatrixGame(int rows, int columns, ImmutableArray<Rational> rowPayoffs, ImmutableArray<Rational> columnPayoffs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (rowPayoffs.IsDefault || columnPayoffs.IsDefault || rowPayoffs.Length != (long)rows * columns || columnPayoffs.Length != rowPayoffs.Length)
        {
            throw new ArgumentException($"Expected {(long)rows * columns} payoffs in each matrix.", nameof(rowPayoffs));
        }

        Rows = rows;
        Columns = columns;
        RowPayoffs = rowPayoffs;
        ColumnPayoffs = columnPayoffs;
    }

    /// <summary>Gets the number of the row player's strategies.</summary>
    public int Rows { get; }

    /// <summary>Gets the number of the column player's strategies.</summary>
    public int Columns { get; }

    /// <summary>Gets the row player's payoffs, row after row.</summary>
    public ImmutableArray<Rational> RowPayoffs { get; }

    /// <summary>Gets the column player's payoffs, row after row.</summary>
    public ImmutableArray<Rational> ColumnPayoffs { get; }

    /// <summary>Gets a value indicating whether the payoffs of every profile sum to the same number.</summary>
    public bool IsConstantSum => Enumerable.Range(0, RowPayoffs.Length).All(cell => RowPayoffs[cell] + ColumnPayoffs[cell] == RowPayoffs[0] + ColumnPayoffs[0]);

    /// <summary>Makes a game from two matrices of rows.</summary>
    /// <param name="rowPayoffs">The row player's payoffs.</param>
    /// <param name="columnPayoffs">The column player's payoffs.</param>
    /// <returns>The game.</returns>
    /// <exception cref="ArgumentException">The matrices are empty, ragged or of different shapes.</exception>
    public static BimatrixGame Of(IReadOnlyList<IReadOnlyList<Rational>> rowPayoffs, IReadOnlyList<IReadOnlyList<Rational>> columnPayoffs)
    {
        ArgumentNullException.ThrowIfNull(rowPayoffs);
        ArgumentNullException.ThrowIfNull(columnPayoffs);
        if (rowPayoffs.Count == 0 || columnPayoffs.Count != rowPayoffs.Count || rowPayoffs.Concat(columnPayoffs).Any(row => row.Count != rowPayoffs[0].Count))
        {
            throw new ArgumentException("Expected two matrices of one shape with at least one row.", nameof(rowPayoffs));
        }

        return new BimatrixGame(rowPayoffs.Count, rowPayoffs[0].Count, [.. rowPayoffs.SelectMany(row => row)], [.. columnPayoffs.SelectMany(row => row)]);
    }

    /// <summary>Takes a game of two players in normal form.</summary>
    /// <param name="game">The game.</param>
    /// <returns>The same game.</returns>
    /// <exception cref="ArgumentException">The game does not have two players.</exception>
    public static BimatrixGame Of(NormalFormGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (game.PlayerCount != 2)
        {
            throw new ArgumentException($"Expected a game of 2 players, got {game.PlayerCount}.", nameof(game));
        }

        return new BimatrixGame(
            game.StrategyCounts[0],
            game.StrategyCounts[1],
            [.. Enumerable.Range(0, game.ProfileCount).Select(profile => game.PayoffAt(profile, 0))],
            [.. Enumerable.Range(0, game.ProfileCount).Select(profile => game.PayoffAt(profile, 1))]);
    }

    /// <summary>Gives the game in normal form.</summary>
    /// <returns>The same game.</returns>
    public NormalFormGame ToNormalForm() =>
        new([Rows, Columns], [.. Enumerable.Range(0, RowPayoffs.Length).SelectMany(cell => new[] { RowPayoffs[cell], ColumnPayoffs[cell] })]);

    /// <summary>Gives the game with the players' parts exchanged.</summary>
    /// <returns>The game in which the column player chooses rows.</returns>
    public BimatrixGame Transposed() => new(Columns, Rows, Transpose(ColumnPayoffs), Transpose(RowPayoffs));

    private ImmutableArray<Rational> Transpose(ImmutableArray<Rational> payoffs)
    {
        ImmutableArray<Rational>.Builder builder = ImmutableArray.CreateBuilder<Rational>(payoffs.Length);
        for (int column = 0; column < Columns; column++)
        {
            for (int row = 0; row < Rows; row++)
            {
                builder.Add(payoffs[(row * Columns) + column]);
            }
        }

        return builder.MoveToImmutable();
    }
}
