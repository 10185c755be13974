using Verifiable.Inference.Providers.Misbehavior;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Who plays: eight honest providers and four that may cheat.</summary>
internal static class Cast
{
    public const int HonestCount = 8;

    public const int CheatCount = 4;

    /// <summary>Each of the four cheats in another way.</summary>
    public const string Mix = "mix";

    /// <summary>All twelve are honest.</summary>
    public const string None = "none";

    private static readonly string[] _mix = ["cheaper-model", "quantized-weights", "wrong-seed", "silence"];

    /// <summary>Gets the names of all cheats that the library knows.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. CheatCatalog.All.Select(static cheat => cheat.Name)];

    /// <summary>Hands out the roles: the honest first.</summary>
    public static IEnumerable<CheatDescription?> Roles(string cheater)
    {
        string[] cheats = cheater switch
        {
            Mix => _mix,
            _ => [.. Enumerable.Repeat(cheater, CheatCount)],
        };
        return Enumerable.Repeat<CheatDescription?>(null, HonestCount)
            .Concat(cheats.Select(static name => CheatCatalog.TryFind(name, out CheatDescription? cheat) ? cheat : null));
    }
}
