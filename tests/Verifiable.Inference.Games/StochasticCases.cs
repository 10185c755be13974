using System.Globalization;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.GameCases;

/// <summary>
/// Values of games that are played in rounds, each round a zero-sum game whose continuation is the game with a round less. The rules are those of the published models (PRISM-games, examples <c>csgs</c>): intrusion
/// detection with a system that is healthy or compromised; rock, paper, scissors until somebody wins. Where only an answer is given and not the game, that is said.
/// </summary>
internal sealed class StochasticCases : ICaseReader
{
    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        foreach ((string name, JsonElement element) in CaseValues.Parts(document))
        {
            if (name.StartsWith("ids_simple", StringComparison.Ordinal) && element.ValueKind == JsonValueKind.Array)
            {
                foreach ((JsonElement value, int index) in CaseValues.Items(element))
                {
                    yield return new GameCase($"{name}: {index + 1} rounds", () => Compare(value, Damage(index + 1).Healthy));
                }
            }
            else if (name.StartsWith("prism", StringComparison.Ordinal) && element.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty part in element.EnumerateObject())
                {
                    yield return new GameCase($"{name}: {part.Name}", () => Single(part));
                }
            }
            else if (name.StartsWith("rps", StringComparison.Ordinal))
            {
                yield return new GameCase(name, () => Rounds(name, element));
            }
        }
    }

    private static (GameOutcome Outcome, string Remark) Single(JsonProperty part) =>
        part.Name.StartsWith("rps", StringComparison.Ordinal) ? Rounds(part.Name, part.Value)
        : (GameOutcome.Unsupported, "the file has an answer and not the game; a stochastic game is not read from a name");

    // rps…_k2: the probability to win one of two rounds of rock, paper, scissors.
    private static (GameOutcome Outcome, string Remark) Rounds(string name, JsonElement expected)
    {
        int place = name.LastIndexOf("_k", StringComparison.Ordinal);
        if (place < 0 || !int.TryParse(name.AsSpan(place + 2), NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) || rounds > 1000)
        {
            return (GameOutcome.Unsupported, "no number of rounds in the name");
        }

        Rational value = Rational.Zero;
        for (int round = 0; round < rounds; round++)
        {
            Rational later = value;
            value = Value([later, later, Rational.One, Rational.One, later, later, later, Rational.One, later], 3);
        }

        return Compare(expected, value);
    }

    // Damage 0, 1, 1/2, 0 to a healthy system and 1 more to a compromised one; it is healthy next where defence and attack agree.
    private static (Rational Healthy, Rational Compromised) Damage(int rounds)
    {
        (Rational healthy, Rational compromised) = (Rational.Zero, Rational.Zero);
        Rational half = new(1, 2);
        for (int round = 0; round < rounds; round++)
        {
            // The attacker's payoffs are the damage; the defender is the row player and loses them.
            Rational now = -Value([-healthy, -(1 + compromised), -(half + compromised), -healthy], 2);
            (healthy, compromised) = (now, now + 1);
        }

        return (healthy, compromised);
    }

    private static Rational Value(Rational[] rows, int size) => ZeroSum.Solve(new BimatrixGame(size, size, [.. rows], [.. rows.Select(payoff => -payoff)]))!.Value;

    private static (GameOutcome Outcome, string Remark) Compare(JsonElement expected, Rational found) => CaseValues.Verdict(CaseValues.Number(expected) == found, $"expected {expected}, found {found}");
}
