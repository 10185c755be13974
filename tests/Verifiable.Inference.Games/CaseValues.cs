using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.GameCases;

/// <summary>Reads numbers, rows and tables of case files; numbers may be JSON numbers or texts and are taken exactly.</summary>
internal static class CaseValues
{
    internal static Rational Number(JsonElement element) =>
        Rational.Parse(element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText());

    internal static ImmutableArray<Rational> Row(JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    internal static ImmutableArray<ImmutableArray<Rational>> Table(JsonElement element) => [.. element.EnumerateArray().Select(Row)];

    internal static BimatrixGame Bimatrix(JsonElement element) => BimatrixGame.Of(
        [.. Table(element.GetProperty("A")).Select(row => (IReadOnlyList<Rational>)row)], [.. Table(element.GetProperty("B")).Select(row => (IReadOnlyList<Rational>)row)]);

    internal static double Double(JsonElement element) => (double)Number(element);

    internal static bool Has(JsonElement element, params string[] names) =>
        element.ValueKind == JsonValueKind.Object && names.All(name => element.TryGetProperty(name, out _));

    internal static string Name(JsonElement element, int number) =>
        element.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()!
            : element.TryGetProperty("source", out JsonElement source) && source.ValueKind == JsonValueKind.String
                ? source.GetString()!
                : $"case {(number + 1).ToString(CultureInfo.InvariantCulture)}";

    internal static IEnumerable<(JsonElement Element, int Number)> Items(JsonElement document) =>
        document.ValueKind == JsonValueKind.Array ? document.EnumerateArray().Select((element, number) => (element, number)) : [];

    /// <summary>The named parts of an object, or the items of a list with their names; a list's items may be of any kind.</summary>
    internal static IEnumerable<(string Name, JsonElement Element)> Parts(JsonElement document) => document.ValueKind switch
    {
        JsonValueKind.Object => document.EnumerateObject().Select(part => (part.Name, part.Value)),
        JsonValueKind.Array => Items(document).Where(item => item.Element.ValueKind == JsonValueKind.Object).Select(item => (Name(item.Element, item.Number), item.Element)),
        _ => [],
    };

    internal static bool IsNear(double found, double expected, double relative) => Math.Abs(found - expected) <= relative * Math.Abs(expected);

    internal static (GameOutcome Outcome, string Remark) Verdict(bool isRight, string remark) => (isRight ? GameOutcome.Passed : GameOutcome.Failed, isRight ? string.Empty : remark);
}
