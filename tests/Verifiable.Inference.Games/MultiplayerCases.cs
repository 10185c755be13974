using System.Collections.Immutable;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.GameCases;

/// <summary>Games of several players with all their equilibria as decimals: each must be one of ours, and each of ours one of them.</summary>
internal sealed class MultiplayerCases : ICaseReader
{
    // The files give about 18 decimals; our boxes are narrower than this.
    private static readonly Rational _tolerance = Rational.Parse("1e-13");

    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        foreach ((JsonElement element, int number) in CaseValues.Items(document))
        {
            if (CaseValues.Has(element, "sizes", "payoffs", "equilibria"))
            {
                yield return new GameCase(CaseValues.Name(element, number), () => Run(element));
            }
        }
    }

    private static (GameOutcome Outcome, string Remark) Run(JsonElement element)
    {
        NormalFormGame game = Game(element);
        ImmutableArray<ImmutableArray<Rational>>[] expected = [.. element.GetProperty("equilibria").EnumerateArray().Select(CaseValues.Table)];
        ImmutableArray<ImmutableArray<ImmutableArray<(Rational Low, Rational High)>>> found;
        ImmutableArray<UndecidedSupport> undecided = [];
        string certificate;
        Completeness completeness;
        if (game.PlayerCount == 2)
        {
            BimatrixSolution solution = ExtremeEquilibria.FindAll(BimatrixGame.Of(game));
            found = [.. solution.Equilibria.Select(profile => ImmutableArray.Create(Points(profile[0]), Points(profile[1])))];
            certificate = solution.ToCertificate();
            completeness = solution.Completeness;
        }
        else
        {
            MultiplayerSolution solution = MultiplayerEquilibria.FindAll(game);
            found = [.. solution.Equilibria.Select(equilibrium => equilibrium.Bounds)];
            undecided = solution.Undecided;
            certificate = solution.ToCertificate();
            completeness = solution.Completeness;
        }

        int missing = expected.Count(profile => !found.Any(bounds => IsIn(profile, bounds)) && !undecided.Any(support => IsIn(profile, support)));
        int further = found.Count(bounds => !expected.Any(profile => IsIn(profile, bounds)));
        CertificateVerdict verdict = CertificateVerifier.Verify(certificate);
        bool isRight = missing == 0 && further == 0 && verdict.IsValid && (completeness == Completeness.Proven || undecided.Length > 0);
        return (isRight ? GameOutcome.Passed : GameOutcome.Failed,
            isRight && completeness == Completeness.Proven ? string.Empty : $"{completeness}: {found.Length} found, {missing} of {expected.Length} missing, {further} not expected, {undecided.Length} places undecided, {verdict.Explanation}");
    }

    private static NormalFormGame Game(JsonElement element)
    {
        ImmutableArray<int> sizes = [.. element.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt32())];
        ImmutableArray<ImmutableArray<Rational>> payoffs = CaseValues.Table(element.GetProperty("payoffs"));
        bool firstFastest = element.TryGetProperty("order", out JsonElement order) && order.ValueKind == JsonValueKind.String
            && order.GetString()!.Contains("FIRST player fastest", StringComparison.OrdinalIgnoreCase);
        if (!firstFastest)
        {
            return new NormalFormGame(sizes, [.. payoffs.SelectMany(profile => profile)]);
        }

        string names = string.Join(' ', sizes.Select((_, player) => $"\"{player}\""));
        string text = $"NFG 1 R \"\" {{ {names} }} {{ {string.Join(' ', sizes)} }} {string.Join(' ', payoffs.SelectMany(profile => profile))}";
        return NormalFormFile.TryRead(text, null, out NormalFormGame? game, out GameRefusal refusal) ? game : throw new FormatException(refusal.ToString());
    }

    private static ImmutableArray<(Rational, Rational)> Points(ImmutableArray<Rational> probabilities) => [.. probabilities.Select(probability => (probability, probability))];

    private static bool IsIn(ImmutableArray<ImmutableArray<Rational>> profile, ImmutableArray<ImmutableArray<(Rational Low, Rational High)>> bounds) =>
        profile.Length == bounds.Length && profile.Zip(bounds).All(player => player.First.Length == player.Second.Length
            && player.First.Zip(player.Second).All(pair => pair.First >= pair.Second.Low - _tolerance && pair.First <= pair.Second.High + _tolerance));

    private static bool IsIn(ImmutableArray<ImmutableArray<Rational>> profile, UndecidedSupport support)
    {
        for (int player = 0; player < profile.Length; player++)
        {
            for (int strategy = 0; strategy < profile[player].Length; strategy++)
            {
                int place = support.Supports[player].IndexOf(strategy);
                (Rational low, Rational high) = place < 0 ? default : support.Bounds[player][place];
                if (profile[player][strategy] < low - _tolerance || profile[player][strategy] > high + _tolerance)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
