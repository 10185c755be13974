using System.Text.Json;

namespace Verifiable.Inference.Samples.Equilibria;

/// <summary>
/// Reads a file of scenarios that anybody may have written: bounded in size, depth and number, exact in its numbers, and strict: what is unknown, given twice or out of range is refused with a sentence.
/// </summary>
internal static class ScenarioFile
{
    private const int MostBytes = 64 * 1024;
    private const int MostScenarios = 8;
    private const int MostLetters = 60;
    private const long MostUnits = 1L << 40;

    public static bool TryRead(Stream stream, out IReadOnlyList<Scenario> scenarios, out string refusal)
    {
        scenarios = [];
        byte[] bytes = new byte[MostBytes + 1];
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (count > MostBytes)
        {
            refusal = $"expected at most {MostBytes} bytes, got more.";
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes.AsMemory(0, count), new JsonDocumentOptions { MaxDepth = 5, AllowDuplicateProperties = false });
            scenarios = ReadAll(document.RootElement);
            refusal = string.Empty;
            return true;
        }
        catch (JsonException exception)
        {
            refusal = $"expected JSON, got something else at line {exception.LineNumber + 1}.";
        }
        catch (FormatException exception)
        {
            refusal = exception.Message;
        }

        scenarios = [];
        return false;
    }

    private static List<Scenario> ReadAll(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Count() != 1 || !root.TryGetProperty("scenarios", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("expected an object with the list \"scenarios\", and nothing else.");
        }

        if (list.GetArrayLength() is < 1 or > MostScenarios)
        {
            throw new FormatException($"expected 1 to {MostScenarios} scenarios, got {list.GetArrayLength()}.");
        }

        return [.. list.EnumerateArray().Select((element, index) => Read(element, index + 1))];
    }

    private static Scenario Read(JsonElement element, int number)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"expected scenario {number} to be an object.");
        }

        Scenario scenario = new() { Name = $"scenario {number}" };
        foreach (JsonProperty part in element.EnumerateObject())
        {
            scenario = part.Name switch
            {
                "name" => scenario with { Name = Name(part) },
                "honestCost" => scenario with { HonestCost = Whole(part, 1, MostUnits) },
                "substituteCost" => scenario with { SubstituteCost = Whole(part, 0, MostUnits) },
                "reward" => scenario with { Reward = Whole(part, 1, MostUnits) },
                "slash" => scenario with { Slash = Whole(part, 1, MostUnits) },
                "bounty" => scenario with { Bounty = Whole(part, 0, MostUnits) },
                "auditRate" => scenario with { AuditRate = Probability(part, least: 0.000001m) },
                "voterSeats" => scenario with { VoterSeats = Whole(part, 1, 101) },
                "quorumSeats" => scenario with { QuorumSeats = Whole(part, 1, 99) },
                "escalationRate" => scenario with { EscalationRate = Probability(part, least: 0) },
                "coalitionShare" => scenario with { CoalitionShare = Probability(part, least: 0) },
                "cheatsConvicted" => scenario with { CheatsConvicted = Rate(part) },
                "honestConvicted" => scenario with { HonestConvicted = Rate(part) },
                "checkers" => scenario with { Checkers = Whole(part, 1, 1_000_000) },
                "checkCost" => scenario with { CheckCost = Whole(part, 0, MostUnits) },
                _ => throw new FormatException($"scenario {number} has a property that is unknown."),
            };
        }

        return scenario.SubstituteCost <= scenario.HonestCost && scenario.VoterSeats % 2 == 1 && scenario.QuorumSeats % 2 == 1
            ? scenario
            : throw new FormatException($"expected odd numbers of seats, and a substitute that costs no more than honest work, in scenario {number}.");
    }

    private static string Name(JsonProperty part)
    {
        string? text = part.Value.ValueKind == JsonValueKind.String ? part.Value.GetString() : null;
        return text is { Length: > 0 and <= MostLetters } && !text.Any(char.IsControl) ? text : throw new FormatException($"expected a name of 1 to {MostLetters} letters.");
    }

    private static long Whole(JsonProperty part, long least, long greatest) =>
        part.Value.ValueKind == JsonValueKind.Number && part.Value.TryGetInt64(out long value) && value >= least && value <= greatest
            ? value
            : throw new FormatException($"expected a whole number from {least} to {greatest} for {part.Name}.");

    private static decimal Probability(JsonProperty part, decimal least) =>
        part.Value.ValueKind == JsonValueKind.Number && part.Value.TryGetDecimal(out decimal value) && value >= least && value <= 1 && decimal.Round(value, 6) == value
            ? value
            : throw new FormatException($"expected a number from {least} to 1 with at most six decimals for {part.Name}.");

    private static (long Times, long Tries) Rate(JsonProperty part)
    {
        if (part.Value.ValueKind == JsonValueKind.Array && part.Value.GetArrayLength() == 2)
        {
            JsonElement[] pair = [.. part.Value.EnumerateArray()];
            if (pair.All(number => number.ValueKind == JsonValueKind.Number) && pair[0].TryGetInt64(out long times) && pair[1].TryGetInt64(out long tries)
                && times >= 0 && times <= tries && tries is >= 1 and <= MeasuredTries)
            {
                return (times, tries);
            }
        }

        throw new FormatException($"expected how often and of how many, at most {MeasuredTries}, for {part.Name}.");
    }

    private const long MeasuredTries = 100_000;
}
