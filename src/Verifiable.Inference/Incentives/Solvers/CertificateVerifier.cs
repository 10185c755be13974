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

    /// <summary>Checks a certificate.</summary>
    /// <param name="json">The text.</param>
    /// <returns>Whether it proves what it states.</returns>
    public static CertificateVerdict Verify(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Verify(new CertificateDocument(document.RootElement));
        }
        catch (JsonException)
        {
            return No("Expected JSON.");
        }
    }

    private static CertificateVerdict Verify(CertificateDocument document)
    {
        if (document.Text("format") != Format)
        {
            return No("Expected a certificate of this format.");
        }

        string kind = document.Text("kind");
        return kind switch
        {
            "allocation" => Allocation(document),
            "symmetric" => SymmetricVerifier.Verify(document),
            _ => Game(document, kind),
        };
    }

    private static CertificateVerdict Game(CertificateDocument document, string kind)
    {
        ImmutableArray<int> sizes = document.Integers("sizes");
        ImmutableArray<Rational> payoffs = document.Numbers("payoffs");
        long profiles = 1;
        foreach (int size in sizes)
        {
            profiles = size < 1 || profiles > payoffs.Length ? 0 : profiles * size;
        }

        if (sizes.IsEmpty || profiles == 0 || profiles * sizes.Length != payoffs.Length)
        {
            return No("Expected a payoff for every player and profile.");
        }

        var game = new PlainGame(sizes, payoffs);
        return kind switch
        {
            "equilibria" => Equilibria(document, game),
            "enclosures" => Enclosures(document, game),
            "correlated" => Correlated(document, game),
            "commitment" => Commitment(document, game),
            "dominance" => Dominance(document, game),
            _ => No("Expected a kind of certificate that is known."),
        };
    }

    private static CertificateVerdict Equilibria(CertificateDocument document, PlainGame game)
    {
        ImmutableArray<ImmutableArray<ImmutableArray<Rational>>> profiles = document.Tables("profiles");
        bool holds = !document.IsBroken && profiles.Length > 0 && profiles.All(game.IsEquilibrium);
        return holds ? Yes($"{profiles.Length} equilibria: nobody gains by leaving any of them.") : No("A profile is no equilibrium.");
    }

    private static CertificateVerdict Enclosures(CertificateDocument document, PlainGame game)
    {
        ImmutableArray<ImmutableArray<ImmutableArray<Rational>>> profiles = document.Tables("profiles");
        ImmutableArray<CertificateDocument> boxes = document.Parts("boxes");
        Rational omitted = document.Number("uncertified");
        bool holds = !document.IsBroken && omitted.IsInteger && omitted.Sign >= 0 && profiles.All(game.IsEquilibrium);
        foreach (CertificateDocument box in boxes)
        {
            ImmutableArray<ImmutableArray<int>> supports = box.IntegerRows("supports");
            ImmutableArray<Rational> center = box.Numbers("center");
            Rational radius = box.Number("radius");
            ImmutableArray<ImmutableArray<Rational>> preconditioner = box.Rows("preconditioner");
            holds = holds && !box.IsBroken && game.AreSupports(supports) && BoxVerifier.Holds(game.Sizes, game.Payoffs, supports, center, radius, preconditioner);
        }

        return holds ? Yes($"{profiles.Length} equilibria and {boxes.Length} boxes with exactly one each{(omitted.IsZero ? string.Empty : $"; {omitted} more are listed and not shown")}.") : No("A profile or a box does not hold.");
    }

    private static CertificateVerdict Correlated(CertificateDocument document, PlainGame game)
    {
        ImmutableArray<Rational> distribution = document.Numbers("distribution");
        Rational value = document.Number("value");
        ImmutableArray<Rational> worth = document.Numbers("worth");
        ImmutableArray<Rational> prices = document.Numbers("prices");
        if (document.IsBroken || distribution.Length != game.ProfileCount || !PlainGame.IsDistribution(distribution))
        {
            return No("Expected a distribution over the profiles.");
        }

        (int Player, int From, int To)[] deviations = [.. game.Deviations()];
        bool isOptimal = worth.Length > 0;
        if (isOptimal && (worth.Length != game.ProfileCount || prices.Length != deviations.Length || prices.Any(price => price.Sign < 0)))
        {
            return No("Expected a worth for every profile and a price for every deviation.");
        }

        Rational[] bounds = [.. worth];
        for (int i = 0; i < deviations.Length; i++)
        {
            Rational gained = Rational.Zero;
            for (int profile = 0; profile < game.ProfileCount; profile++)
            {
                if (game.Strategy(profile, deviations[i].Player) == deviations[i].From)
                {
                    Rational gain = game.Gain(profile, deviations[i].Player, deviations[i].To);
                    gained += distribution[profile] * gain;
                    if (isOptimal)
                    {
                        bounds[profile] -= prices[i] * gain;
                    }
                }
            }

            if (gained.Sign > 0)
            {
                return No("A player gains by not following.");
            }
        }

        // Weak duality: no correlated equilibrium is worth more than the greatest of the priced worths.
        bool holds = !isOptimal || (bounds.All(bound => bound <= value) && distribution.Zip(worth, (p, w) => p * w).Aggregate(Rational.Zero, (a, b) => a + b) == value);
        return holds ? Yes(isOptimal ? "A correlated equilibrium, and none is worth more." : "A correlated equilibrium.") : No("The value is not the greatest.");
    }

    private static CertificateVerdict Commitment(CertificateDocument document, PlainGame game)
    {
        ImmutableArray<Rational> mixture = document.Numbers("mixture");
        int answer = document.Integer("answer");
        Rational value = document.Number("value");
        ImmutableArray<ImmutableArray<Rational>> prices = document.Rows("prices");
        if (document.IsBroken || game.Sizes.Length != 2 || mixture.Length != game.Sizes[0] || !PlainGame.IsDistribution(mixture)
            || answer < 0 || answer >= game.Sizes[1] || prices.Length != game.Sizes[1] || prices.Any(row => row.Length != game.Sizes[1] || row.Any(price => price.Sign < 0)))
        {
            return No("Expected a mixture, an answer and prices of alternatives.");
        }

        int columns = game.Sizes[1];
        Rational Sum(Func<int, Rational> term) => Enumerable.Range(0, mixture.Length).Aggregate(Rational.Zero, (sum, row) => sum + (mixture[row] * term(row)));
        bool answers = Enumerable.Range(0, columns).All(other => Sum(row => game.Gain((row * columns) + answer, 1, other)).Sign <= 0);
        bool isWorth = Sum(row => game.Payoff((row * columns) + answer, 0)) == value;
        bool isBest = Enumerable.Range(0, columns).All(column => Enumerable.Range(0, mixture.Length).All(row =>
            game.Payoff((row * columns) + column, 0) - Enumerable.Range(0, columns).Aggregate(Rational.Zero, (sum, other) => sum + (prices[column][other] * game.Gain((row * columns) + column, 1, other))) <= value));
        return answers && isWorth && isBest ? Yes("The commitment is answered so, and no commitment is worth more.") : No("The answer, the value or its bound does not hold.");
    }

    private static CertificateVerdict Dominance(CertificateDocument document, PlainGame game)
    {
        List<int>[] left = [.. game.Sizes.Select(size => Enumerable.Range(0, size).ToList())];
        ImmutableArray<CertificateDocument> steps = document.Parts("steps");
        foreach (CertificateDocument step in steps)
        {
            int player = step.Integer("player");
            int strategy = step.Integer("strategy");
            ImmutableArray<Rational> mixture = step.Numbers("dominator");
            if (step.IsBroken || player < 0 || player >= left.Length || !left[player].Remove(strategy) || mixture.Length != game.Sizes[player] || !PlainGame.IsDistribution(mixture)
                || Enumerable.Range(0, mixture.Length).Any(other => !mixture[other].IsZero && !left[player].Contains(other)))
            {
                return No("Expected a strategy that is left and a mixture of others that are left.");
            }

            for (int profile = 0; profile < game.ProfileCount; profile++)
            {
                int context = profile;
                if (game.Strategy(profile, player) == strategy && Enumerable.Range(0, left.Length).All(other => other == player || left[other].Contains(game.Strategy(context, other)))
                    && mixture.Select((weight, other) => weight * game.Gain(context, player, other)).Aggregate(Rational.Zero, (a, b) => a + b).Sign <= 0)
                {
                    return No("A removed strategy is not strictly worse.");
                }
            }
        }

        return document.IsBroken ? No("Expected steps.") : Yes($"{steps.Length} strategies are strictly dominated in turn.");
    }

    private static CertificateVerdict Allocation(CertificateDocument document)
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
        Rational spent = probabilities.Aggregate(Rational.Zero, (sum, probability) => sum + probability);
        bool holds = Enumerable.Range(0, gains.Length).All(kind => probabilities[kind] <= Rational.One && probabilities[kind] == Rational.Max(Rational.Zero, (gains[kind] - worth) / losses[kind]));
        return holds && (worth.IsZero ? spent <= budget : spent == budget) ? Yes("The best cheat is worth this, and the budget cannot make it worth less.") : No("The allocation does not hold.");
    }

    private static CertificateVerdict Yes(string explanation) => new(true, explanation);

    private static CertificateVerdict No(string explanation) => new(false, explanation);
}
