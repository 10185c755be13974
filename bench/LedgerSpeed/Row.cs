using System.Globalization;
using System.Text.Json;

namespace Verifiable.Inference.LedgerSpeed;

/// <summary>One measured figure beside the limit that it must keep; a row without a limit is there to compare with.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Ours">The figure.</param>
/// <param name="Limit">The limit: the least for a rate, the most for a time.</param>
/// <param name="Unit">The unit; seconds are times, everything else is a rate.</param>
/// <param name="Counted">What is counted.</param>
internal sealed record Row(string Name, double Ours, double? Limit, string Unit, string Counted)
{
    /// <summary>Above one is better than the limit.</summary>
    private double? Ratio => Unit == "s" ? Limit / Ours : Ours / Limit;

    internal string ToLine() => string.Create(
        CultureInfo.InvariantCulture, $"{Name,-28} {Ours,14:N2} {(Limit is double limit ? limit.ToString("N0", CultureInfo.InvariantCulture) : "-"),12} {Unit,-11} {(Ratio is double ratio ? ratio.ToString("F2", CultureInfo.InvariantCulture) : "-"),6}  {Counted}");

    internal string ToJson() => JsonSerializer.Serialize(new
    {
        name = Name,
        ours = Math.Round(Ours, 3),
        limit = Limit,
        ratio = Ratio is double ratio ? Math.Round(ratio, 3) : (double?)null,
        unit = Unit,
        counted = Counted,
    });
}
