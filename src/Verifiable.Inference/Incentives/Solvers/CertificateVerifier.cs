using System.Collections.Immutable;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Checks certificates of the solvers in exact fractions. It shares nothing with the solvers but <see cref="Rational"/>: what it accepts is true of the game that the certificate holds, whoever wrote it. Whether
/// that game is the one meant is for the reader to compare. Pure and thread-safe; hostile text gets a verdict.
/// </summary>
public static class CertificateVerifier
{
    /// <summary>The format that is written and read.</summary>
    public const string Format = "verifiable-inference/game-certificate/v1";

    /// <summary>The greatest length of a certificate, 2²⁴ characters.</summary>
    public const int GreatestLength = 1 << 24;

    private const int GreatestPlayerCount = 256;

    /// <summary>Checks a certificate.</summary>
    /// <param name="json">The text; at most <see cref="GreatestLength"/> characters.</param>
    /// <param name="limit">What it may cost; a step is an operation on numbers of up to a thousand digits. One that costs more, or is cancelled, is not valid.</param>
    /// <returns>Whether it proves what it states.</returns>
    public static CertificateVerdict Verify(string json, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > GreatestLength)
        {
            return No($"Expected at most {GreatestLength} characters.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Verify(new CertificateDocument(document.RootElement), new CountedArithmetic(limit));
        }
        catch (JsonException)
        {
            return No("Expected JSON.");
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            // System.Text.Json reports half of a surrogate pair by these two: outside an escape when it parses, inside when the text is looked at.
            return No("Expected text, got half of a character.");
        }
        catch (OperationCanceledException fault)
        {
            return No(fault.Message);
        }
    }

    private static CertificateVerdict Verify(CertificateDocument document, CountedArithmetic exact)
    {
        if (document.Text("format") != Format)
        {
            return No("Expected a certificate of this format.");
        }

        string kind = document.Text("kind");
        return kind switch
        {
            "allocation" => Allocation(document, exact),
            "symmetric" => SymmetricVerifier.Verify(document, exact),
            _ => Game(document, kind, exact),
        };
    }

    private static CertificateVerdict Game(CertificateDocument document, string kind, CountedArithmetic exact)
    {
        ImmutableArray<int> sizes = document.Integers("sizes");
        ImmutableArray<Rational> payoffs = document.Numbers("payoffs");
        long profiles = 1;
        foreach (int size in sizes)
        {
            profiles = size < 1 || profiles > payoffs.Length ? 0 : profiles * size;
        }

        if (sizes.IsEmpty || sizes.Length > GreatestPlayerCount || profiles == 0 || profiles * sizes.Length != payoffs.Length)
        {
            return No($"Expected a payoff for every profile and each of at most {GreatestPlayerCount} players.");
        }

        var game = new PlainGame(sizes, payoffs, exact);
        return kind switch
        {
            "equilibria" => Equilibria(document, game),
            "enclosures" => Enclosures(document, game, exact),
            "correlated" => Correlated(document, game, exact),
            "commitment" => Commitment(document, game, exact),
            "dominance" => Dominance(document, game, exact),
            _ => No("Expected a kind of certificate that is known."),
        };
    }

    private static CertificateVerdict Equilibria(CertificateDocument document, PlainGame game)
    {
        ImmutableArray<ImmutableArray<ImmutableArray<Rational>>> profiles = document.Tables("profiles");
        bool holds = !document.IsBroken && profiles.Length > 0 && PlainGame.AreDifferent(profiles) && profiles.All(game.IsEquilibrium);
        return holds ? Yes($"{profiles.Length} different equilibria: nobody gains by leaving any of them.") : No("A profile is no equilibrium, or is there twice.");
    }

    private static CertificateVerdict Enclosures(CertificateDocument document, PlainGame game, CountedArithmetic exact)
    {
        ImmutableArray<ImmutableArray<ImmutableArray<Rational>>> profiles = document.Tables("profiles");
        ImmutableArray<CertificateDocument> boxes = document.Parts("boxes");
        Rational omitted = document.Number("uncertified");
        bool holds = !document.IsBroken && omitted.IsInteger && omitted.Sign >= 0 && PlainGame.AreDifferent(profiles) && profiles.All(game.IsEquilibrium);
        Dictionary<string, List<(ImmutableArray<Rational> Center, Rational Radius)>> others = new(StringComparer.Ordinal);
        foreach (CertificateDocument box in boxes)
        {
            ImmutableArray<ImmutableArray<int>> supports = box.IntegerRows("supports");
            ImmutableArray<Rational> center = box.Numbers("center");
            Rational radius = box.Number("radius");
            ImmutableArray<ImmutableArray<Rational>> preconditioner = box.Rows("preconditioner");
            holds = holds && !box.IsBroken && game.AreSupports(supports) && BoxVerifier.Holds(game.Sizes, game.Payoffs, supports, center, radius, preconditioner, exact)
                && !profiles.Any(profile => BoxVerifier.Contains(supports, center, radius, profile, exact));
            if (!holds)
            {
                return No("A profile or a box does not hold, or is there twice.");
            }

            // An equilibrium that two boxes held would be counted twice.
            string key = string.Join(';', supports.Select(support => string.Join(',', support)));
            List<(ImmutableArray<Rational> Center, Rational Radius)> alike = others.TryGetValue(key, out List<(ImmutableArray<Rational> Center, Rational Radius)>? found) ? found : others[key] = [];
            if (!alike.All(other => BoxVerifier.AreApart(center, radius, other.Center, other.Radius, exact)))
            {
                return No("Two boxes over the same supports have points in common.");
            }

            alike.Add((center, radius));
        }

        return holds ? Yes($"{profiles.Length} equilibria and {boxes.Length} boxes with exactly one each{(omitted.IsZero ? string.Empty : $"; {omitted} more are listed and not shown")}.") : No("A profile does not hold, or is there twice.");
    }

    private static CertificateVerdict Correlated(CertificateDocument document, PlainGame game, CountedArithmetic exact)
    {
        ImmutableArray<Rational> distribution = document.Numbers("distribution");
        Rational value = document.Number("value");
        ImmutableArray<Rational> worth = document.Numbers("worth");
        ImmutableArray<Rational> prices = document.Numbers("prices");
        if (document.IsBroken || distribution.Length != game.ProfileCount || !game.IsDistribution(distribution))
        {
            return No("Expected a distribution over the profiles.");
        }

        long deviations = game.Sizes.Sum(size => (long)size * (size - 1));
        bool isOptimal = worth.Length > 0;
        if (isOptimal && (worth.Length != game.ProfileCount || prices.Length != deviations || prices.Any(price => price.Sign < 0)))
        {
            return No("Expected a worth for every profile and a price for every deviation.");
        }

        Rational[] bounds = [.. worth];
        int place = 0;
        foreach ((int player, int from, int to) in game.Deviations())
        {
            Rational gained = Rational.Zero;
            for (int profile = 0; profile < game.ProfileCount; profile++)
            {
                exact.Count();
                if (game.Strategy(profile, player) == from)
                {
                    Rational gain = game.Gain(profile, player, to);
                    gained = exact.Plus(gained, exact.Times(distribution[profile], gain));
                    if (isOptimal)
                    {
                        bounds[profile] = exact.Minus(bounds[profile], exact.Times(prices[place], gain));
                    }
                }
            }

            place++;

            if (gained.Sign > 0)
            {
                return No("A player gains by not following.");
            }
        }

        // Weak duality: no correlated equilibrium is worth more than the greatest of the priced worths.
        bool holds = !isOptimal || (bounds.All(bound => bound <= value) && exact.Sum(distribution.Zip(worth, exact.Times)) == value);
        return holds ? Yes(isOptimal ? "A correlated equilibrium, and none is worth more." : "A correlated equilibrium.") : No("The value is not the greatest.");
    }

    private static CertificateVerdict Commitment(CertificateDocument document, PlainGame game, CountedArithmetic exact)
    {
        ImmutableArray<Rational> mixture = document.Numbers("mixture");
        int answer = document.Integer("answer");
        Rational value = document.Number("value");
        ImmutableArray<ImmutableArray<Rational>> prices = document.Rows("prices");
        if (document.IsBroken || game.Sizes.Length != 2 || mixture.Length != game.Sizes[0] || !game.IsDistribution(mixture)
            || answer < 0 || answer >= game.Sizes[1] || prices.Length != game.Sizes[1] || prices.Any(row => row.Length != game.Sizes[1] || row.Any(price => price.Sign < 0)))
        {
            return No("Expected a mixture, an answer and prices of alternatives.");
        }

        int columns = game.Sizes[1];
        Rational Sum(Func<int, Rational> term) => exact.Sum(Enumerable.Range(0, mixture.Length).Select(row => exact.Times(mixture[row], term(row))));
        bool answers = Enumerable.Range(0, columns).All(other => Sum(row => game.Gain((row * columns) + answer, 1, other)).Sign <= 0);
        bool isWorth = Sum(row => game.Payoff((row * columns) + answer, 0)) == value;
        bool isBest = Enumerable.Range(0, columns).All(column => Enumerable.Range(0, mixture.Length).All(row =>
            exact.Minus(game.Payoff((row * columns) + column, 0), exact.Sum(Enumerable.Range(0, columns).Select(other => exact.Times(prices[column][other], game.Gain((row * columns) + column, 1, other))))) <= value));
        return answers && isWorth && isBest ? Yes("The commitment is answered so, and no commitment is worth more.") : No("The answer, the value or its bound does not hold.");
    }

    private static CertificateVerdict Dominance(CertificateDocument document, PlainGame game, CountedArithmetic exact)
    {
        HashSet<int>[] left = [.. game.Sizes.Select(size => Enumerable.Range(0, size).ToHashSet())];
        ImmutableArray<CertificateDocument> steps = document.Parts("steps");
        foreach (CertificateDocument step in steps)
        {
            int player = step.Integer("player");
            int strategy = step.Integer("strategy");
            ImmutableArray<Rational> mixture = step.Numbers("dominator");
            if (step.IsBroken || player < 0 || player >= left.Length || !left[player].Remove(strategy) || mixture.Length != game.Sizes[player] || !game.IsDistribution(mixture)
                || Enumerable.Range(0, mixture.Length).Any(other => !mixture[other].IsZero && !left[player].Contains(other)))
            {
                return No("Expected a strategy that is left and a mixture of others that are left.");
            }

            for (int profile = 0; profile < game.ProfileCount; profile++)
            {
                int context = profile;
                exact.Count();
                if (game.Strategy(profile, player) == strategy && Enumerable.Range(0, left.Length).All(other => other == player || left[other].Contains(game.Strategy(context, other)))
                    && exact.Sum(mixture.Select((weight, other) => exact.Times(weight, game.Gain(context, player, other)))).Sign <= 0)
                {
                    return No("A removed strategy is not strictly worse.");
                }
            }
        }

        return document.IsBroken ? No("Expected steps.") : Yes($"{steps.Length} strategies are strictly dominated in turn.");
    }

    private static CertificateVerdict Allocation(CertificateDocument document, CountedArithmetic exact)
    {
        ImmutableArray<Rational> gains = document.Numbers("gains");
        ImmutableArray<Rational> losses = document.Numbers("losses");
        ImmutableArray<Rational> probabilities = document.Numbers("probabilities");
        Rational budget = document.Number("budget");
        Rational worth = document.Number("worth");
        if (document.IsBroken || gains.IsEmpty || losses.Length != gains.Length || probabilities.Length != gains.Length || losses.Any(loss => loss.Sign <= 0) || worth.Sign < 0)
        {
            return No("Expected gains, losses and probabilities of as many kinds.");
        }

        // Every probability is the least that keeps its cheat at or below the worth; with less worth the sum would be above the budget.
        Rational spent = exact.Sum(probabilities);
        bool holds = Enumerable.Range(0, gains.Length).All(kind => probabilities[kind] <= Rational.One && probabilities[kind] == Rational.Max(Rational.Zero, exact.Over(exact.Minus(gains[kind], worth), losses[kind])));
        return holds && (worth.IsZero ? spent <= budget : spent == budget) ? Yes("The best cheat is worth this, and the budget cannot make it worth less.") : No("The allocation does not hold.");
    }

    private static CertificateVerdict Yes(string explanation) => new(true, explanation);

    private static CertificateVerdict No(string explanation) => new(false, explanation);
}
