using System.Text.Json;

namespace Verifiable.Inference.GameCases;

/// <summary>Every kind of file that the command knows. A new kind is one line here.</summary>
internal static class CaseReaders
{
    internal static IReadOnlyList<ICaseReader> All { get; } =
    [
        new BimatrixCases(),
        new MultiplayerCases(),
        new CheckerCases(),
        new LogitCases(),
        new InspectionCases(),
        new MixedCases(),
        new ProtocolVerdictCases(),
        new ProtocolTreeCases(),
        new SequenceFormCases(),
        new PopulationCases(),
        new StochasticCases(),
        new VarianceCases(),
    ];

    // What stands in a file of answers of many kinds; other objects have parts that are no cases.
    private static readonly string[] _mixedParts =
        ["correlated", "stackelberg", "audit_allocation", "detection_wo_replacement", "kuhn", "alpharank", "sobol", "prism", "ids_simple"];

    /// <summary>Lists the parts of a file of many kinds that no reader took, so that nothing is left out silently.</summary>
    internal static IEnumerable<GameCase> WithoutReader(JsonElement document, IReadOnlyList<GameCase> cases)
    {
        if (document.ValueKind != JsonValueKind.Object || !_mixedParts.Any(name => document.TryGetProperty(name, out _)))
        {
            return [];
        }

        string[] taken = [.. cases.Select(gameCase => gameCase.Name)];
        return [.. document.EnumerateObject()
            .Where(part => part.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && !taken.Any(name => name.StartsWith(Short(part.Name), StringComparison.Ordinal)))
            .Select(part => new GameCase(part.Name, () => (GameOutcome.Unsupported, "no reader knows this part")))];

        static string Short(string name) => name == "detection_wo_replacement" ? "detection" : name;
    }
}
