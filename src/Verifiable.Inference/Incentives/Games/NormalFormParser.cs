using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>Reads one text of the strategic form. Work and memory are bounded by the text's length and the limits, whatever counts the text announces. Not thread-safe.</summary>
internal sealed class NormalFormParser(string text, GameReadLimits limits)
{
    private readonly GambitTokens _tokens = new(text);

    internal GameRefusal Refusal { get; private set; }

    internal NormalFormGame? Read()
    {
        _tokens.Move();
        if (!TakeWord("NFG") || !TakeWord("1"))
        {
            return Refuse(GameRefusalKind.Malformed, "Expected 'NFG 1'.");
        }

        if (!TakeWord("R") && !TakeWord("D"))
        {
            return Refuse(GameRefusalKind.Malformed, "Expected 'R' or 'D'.");
        }

        if (!TryTakeQuoted(out string title) || !TryTakeQuotedList(limits.Players, out List<string> players))
        {
            return RefuseOnce(GameRefusalKind.Malformed, "Expected a title and a list of players.");
        }

        if (players.Count == 0)
        {
            return Refuse(GameRefusalKind.EmptyPlayer, "Expected at least one player, got none.");
        }

        if (!TryTakeStrategies(players.Count, out List<int> counts, out List<ImmutableArray<string>>? names))
        {
            return null;
        }

        if (_tokens.Current == GambitTokens.Kind.Quoted)
        {
            _tokens.Move();
        }

        ImmutableArray<int> strategyCounts = [.. counts];
        long greatest = limits.Payoffs / players.Count;
        if (NormalFormGame.CountProfiles(strategyCounts, greatest) > greatest)
        {
            return Refuse(GameRefusalKind.TooLarge, $"Expected at most {limits.Payoffs} payoffs, got more.");
        }

        ImmutableArray<Rational>? payoffs = _tokens.Current == GambitTokens.Kind.Open ? TakeOutcomes(strategyCounts) : TakePayoffs(strategyCounts);
        if (payoffs is null)
        {
            return null;
        }

        GameNames numbered = GameNames.ByNumber(strategyCounts);
        return new NormalFormGame(strategyCounts, payoffs.Value, new GameNames(title, [.. players], names is null ? numbered.Strategies : [.. names]));
    }

    private bool TryTakeStrategies(int players, out List<int> counts, out List<ImmutableArray<string>>? names)
    {
        counts = [];
        names = null;
        if (_tokens.Current != GambitTokens.Kind.Open)
        {
            return RefuseOnce(GameRefusalKind.Malformed, "Expected the strategies in braces.") is not null;
        }

        _tokens.Move();
        while (_tokens.Current is GambitTokens.Kind.Word or GambitTokens.Kind.Open)
        {
            if (counts.Count == players)
            {
                return Refuse(GameRefusalKind.Malformed, "Expected strategies of as many players as are named, got more.") is not null;
            }

            if (_tokens.Current == GambitTokens.Kind.Open)
            {
                names ??= [];
                if (names.Count != counts.Count || !TryTakeQuotedList(limits.Payoffs, out List<string> list))
                {
                    return RefuseOnce(GameRefusalKind.Malformed, "Expected a list of a player's strategies.") is not null;
                }

                names.Add([.. list]);
                counts.Add(list.Count);
            }
            else
            {
                if (names is not null || !int.TryParse(_tokens.Text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int count))
                {
                    return Refuse(GameRefusalKind.Malformed, "Expected a count of strategies.") is not null;
                }

                counts.Add(count);
                _tokens.Move();
            }

            if (counts[^1] == 0)
            {
                return Refuse(GameRefusalKind.EmptyPlayer, $"Expected player {counts.Count} to have a strategy, got none.") is not null;
            }
        }

        if (_tokens.Current != GambitTokens.Kind.Close || counts.Count != players)
        {
            return Refuse(GameRefusalKind.Malformed, "Expected strategies of as many players as are named.") is not null;
        }

        _tokens.Move();
        return true;
    }

    private ImmutableArray<Rational>? TakePayoffs(ImmutableArray<int> counts)
    {
        int players = counts.Length;
        long expected = NormalFormGame.CountProfiles(counts, limits.Payoffs) * players;

        // Grows as numbers come, so that counts alone allocate nothing.
        var read = new List<Rational>();
        while (_tokens.Current == GambitTokens.Kind.Word)
        {
            if (read.Count == expected)
            {
                _ = Refuse(GameRefusalKind.ContradictoryPayoff, $"Expected {expected} payoffs, got more.");
                return null;
            }

            if (!TryTakeNumber(out Rational number))
            {
                return null;
            }

            read.Add(number);
        }

        if (_tokens.Current != GambitTokens.Kind.End)
        {
            _ = Refuse(GameRefusalKind.Malformed, "Expected numbers.");
            return null;
        }

        if (read.Count != expected)
        {
            _ = Refuse(GameRefusalKind.MissingPayoff, $"Expected {expected} payoffs, got {read.Count}.");
            return null;
        }

        return Ordered(counts, (place, player) => read[(place * players) + player]);
    }

    private ImmutableArray<Rational>? TakeOutcomes(ImmutableArray<int> counts)
    {
        int players = counts.Length;
        var outcomes = new List<Rational[]> { new Rational[players] };
        _tokens.Move();
        while (_tokens.Current == GambitTokens.Kind.Open)
        {
            _tokens.Move();
            if (!TryTakeQuoted(out _))
            {
                _ = Refuse(GameRefusalKind.Malformed, "Expected the name of an outcome.");
                return null;
            }

            var outcome = new Rational[players];
            for (int player = 0; player < players; player++)
            {
                if (_tokens.Current != GambitTokens.Kind.Word)
                {
                    _ = Refuse(GameRefusalKind.MissingPayoff, $"Expected {players} payoffs of an outcome, got {player}.");
                    return null;
                }

                if (!TryTakeNumber(out outcome[player]))
                {
                    return null;
                }
            }

            if (_tokens.Current != GambitTokens.Kind.Close)
            {
                _ = Refuse(_tokens.Current == GambitTokens.Kind.Word ? GameRefusalKind.ContradictoryPayoff : GameRefusalKind.Malformed, $"Expected {players} payoffs of an outcome.");
                return null;
            }

            outcomes.Add(outcome);
            _tokens.Move();
        }

        if (_tokens.Current != GambitTokens.Kind.Close)
        {
            _ = Refuse(GameRefusalKind.Malformed, "Expected outcomes in braces.");
            return null;
        }

        _tokens.Move();
        return TakeReferences(counts, outcomes);
    }

    private ImmutableArray<Rational>? TakeReferences(ImmutableArray<int> counts, List<Rational[]> outcomes)
    {
        long expected = NormalFormGame.CountProfiles(counts, limits.Payoffs);
        var references = new List<int>();
        for (; _tokens.Current == GambitTokens.Kind.Word; _tokens.Move())
        {
            if (references.Count == expected)
            {
                _ = Refuse(GameRefusalKind.ContradictoryPayoff, $"Expected {expected} outcomes of profiles, got more.");
                return null;
            }

            if (!int.TryParse(_tokens.Text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int outcome) || outcome >= outcomes.Count)
            {
                _ = Refuse(GameRefusalKind.UnknownReference, $"Expected an outcome from 0 to {outcomes.Count - 1}.");
                return null;
            }

            references.Add(outcome);
        }

        if (_tokens.Current != GambitTokens.Kind.End || references.Count != expected)
        {
            _ = Refuse(GameRefusalKind.MissingPayoff, $"Expected {expected} outcomes of profiles, got {references.Count}.");
            return null;
        }

        return Ordered(counts, (place, player) => outcomes[references[place]][player]);
    }

    private static ImmutableArray<Rational> Ordered(ImmutableArray<int> counts, Func<int, int, Rational> payoff)
    {
        int players = counts.Length;
        var payoffs = new Rational[NormalFormGame.CountProfiles(counts, int.MaxValue) * players];
        int place = 0;
        foreach (int profile in NormalFormFile.FirstPlayerFastest(counts))
        {
            for (int player = 0; player < players; player++)
            {
                payoffs[(profile * players) + player] = payoff(place, player);
            }

            place++;
        }

        return [.. payoffs];
    }

    private bool TryTakeNumber(out Rational number)
    {
        if (!Rational.TryParse(_tokens.Text, out number))
        {
            return Refuse(GameRefusalKind.BadNumber, "Expected a finite number within the limits.") is not null;
        }

        _tokens.Move();
        return true;
    }

    private bool TakeWord(string word)
    {
        if (_tokens.Current != GambitTokens.Kind.Word || _tokens.Text != word)
        {
            return false;
        }

        _tokens.Move();
        return true;
    }

    private bool TryTakeQuoted(out string quoted)
    {
        quoted = _tokens.Text;
        if (_tokens.Current != GambitTokens.Kind.Quoted)
        {
            return false;
        }

        _tokens.Move();
        return true;
    }

    private bool TryTakeQuotedList(int greatest, out List<string> list)
    {
        list = [];
        if (_tokens.Current != GambitTokens.Kind.Open)
        {
            return false;
        }

        for (_tokens.Move(); _tokens.Current == GambitTokens.Kind.Quoted; _tokens.Move())
        {
            if (list.Count == greatest)
            {
                return Refuse(GameRefusalKind.TooLarge, $"Expected at most {greatest} names, got more.") is not null;
            }

            list.Add(_tokens.Text);
        }

        if (_tokens.Current != GambitTokens.Kind.Close)
        {
            return false;
        }

        _tokens.Move();
        return true;
    }

    private NormalFormGame? RefuseOnce(GameRefusalKind kind, string explanation) => Refusal.IsRefused ? null : Refuse(kind, explanation);

    private NormalFormGame? Refuse(GameRefusalKind kind, string explanation)
    {
        Refusal = new GameRefusal(kind, _tokens.Position, explanation);
        return null;
    }
}
