using System.Collections.Immutable;
using System.Text.Json;
using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.PublishedGames;

namespace Verifiable.Inference.GameCases;

/// <summary>
/// Verdicts of another program on protocol trees: for each game and honest history whether it is weak immune, weaker immune, collusion resilient and practical, and weakest preconditions. A tree is
/// looked for in the folder by the game's name, then among the published examples.
/// </summary>
internal sealed class ProtocolVerdictCases : ICaseReader
{
    private static readonly (string Short, IncentiveProperty Property)[] _properties =
        [("WI", IncentiveProperty.WeakImmunity), ("weri", IncentiveProperty.WeakerImmunity), ("CR", IncentiveProperty.CollusionResilience), ("PR", IncentiveProperty.Practicality)];

    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        if (!CaseValues.Has(document, "results"))
        {
            yield break;
        }

        foreach ((JsonElement result, _) in CaseValues.Items(document.GetProperty("results")))
        {
            if (!CaseValues.Has(result, "game", "h"))
            {
                continue;
            }

            string name = Plain(result.GetProperty("game").GetString()!);
            Lazy<ParametricGame?> game = new(() => Find(name, folder));
            foreach (JsonProperty history in result.GetProperty("h").EnumerateObject())
            {
                for (int index = 0; index < _properties.Length && index < history.Value.GetArrayLength(); index++)
                {
                    (string label, IncentiveProperty property) = _properties[index];
                    string expected = history.Value[index].GetString()!;
                    yield return new GameCase($"{name} {history.Name} {label}", () => Decide(game.Value, history.Name, property, expected));
                }
            }

            foreach ((string history, string label, string condition) in Preconditions(result))
            {
                foreach ((_, IncentiveProperty property) in _properties.Where(item => label == "*" || item.Short == label))
                {
                    yield return new GameCase($"{name} {history} precondition of {property}", () => Compare(game.Value, history, property, condition));
                }
            }
        }
    }

    internal static ParametricGame? Find(string name, string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, name + ".json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using FileStream stream = File.OpenRead(path);
            if (ParametricGame.TryReadCheckMate(stream, out ParametricGame? game, out _))
            {
                return game;
            }
        }

        return CheckMateExamples.Find(name);
    }

    // "OURS optimistic.json", "closing_game-pruned (other_examples)".
    private static string Plain(string name)
    {
        string rest = name.StartsWith("OURS ", StringComparison.Ordinal) ? name[5..] : name;
        int end = rest.IndexOf(" (", StringComparison.Ordinal);
        rest = end < 0 ? rest : rest[..end];
        return rest.EndsWith(".json", StringComparison.Ordinal) ? rest[..^5] : rest;
    }

    private static IEnumerable<(string History, string Label, string Condition)> Preconditions(JsonElement result)
    {
        if (!result.TryGetProperty("pre", out JsonElement all) || all.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        string first = result.GetProperty("h").EnumerateObject().First().Name;
        foreach (JsonProperty item in all.EnumerateObject())
        {
            if (item.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty own in item.Value.EnumerateObject())
                {
                    yield return (item.Name, own.Name, own.Value.GetString()!);
                }
            }
            else if (item.Value.ValueKind == JsonValueKind.String)
            {
                int slash = item.Name.LastIndexOf('/');
                yield return (slash < 0 ? first : item.Name[..slash], item.Name[(slash + 1)..], item.Value.GetString()!);
            }
        }
    }

    /// <summary>Reads "C^9", "U,U,U,U" or "all 40 histories".</summary>
    private static ImmutableArray<ImmutableArray<string>> Histories(ParametricGame game, string text)
    {
        if (text.StartsWith("all ", StringComparison.Ordinal))
        {
            return game.HonestHistories;
        }

        List<string> actions = [];
        foreach (string part in text.Split(','))
        {
            int power = part.IndexOf('^', StringComparison.Ordinal);
            actions.AddRange(power < 0 ? [part] : Enumerable.Repeat(part[..power], int.Parse(part[(power + 1)..], System.Globalization.CultureInfo.InvariantCulture)));
        }

        return [[.. actions]];
    }

    private static (GameOutcome Outcome, string Remark) Decide(ParametricGame? game, string history, IncentiveProperty property, string expected)
    {
        if (game is null)
        {
            return (GameOutcome.Unsupported, "its tree is not in the folder");
        }

        IncentiveVerdict wanted = expected == "Y" ? IncentiveVerdict.Holds : IncentiveVerdict.Fails;
        IncentiveVerdict[] found = [.. Histories(game, history).Select(actions => IncentiveChecker.Check(game, actions, property).Verdict)];
        return CaseValues.Verdict(found.Length > 0 && Array.TrueForAll(found, verdict => verdict == wanted), $"expected {wanted}, found {string.Join(' ', found.Distinct())}");
    }

    private static (GameOutcome Outcome, string Remark) Compare(ParametricGame? game, string history, IncentiveProperty property, string condition)
    {
        if (game is null)
        {
            return (GameOutcome.Unsupported, "its tree is not in the folder");
        }

        // Words for signs, and no remark behind the condition.
        int remark = condition.IndexOf(" (simplified", StringComparison.Ordinal);
        string plain = (remark < 0 ? condition : condition[..remark]).Replace(" or ", " | ", StringComparison.Ordinal).Replace(" and ", " & ", StringComparison.Ordinal);
        IncentivePrecondition? found = IncentiveChecker.Check(game, Histories(game, history).Single(), property, new IncentiveCheckOptions { FindPrecondition = true }).Precondition;
        PreconditionMatch match = found?.Compare(plain) ?? PreconditionMatch.Unknown;
        return CaseValues.Verdict(match is PreconditionMatch.Same or PreconditionMatch.SameExceptAtTies, $"expected {plain}, found {found}");
    }
}
