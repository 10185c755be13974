using System.Globalization;
using System.Text.Json;

namespace Verifiable.Inference.DisputeSpeed;

/// <summary>One measured figure beside the most that it may be, and what it is compared with in the same run.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Ours">The figure.</param>
/// <param name="Limit">The most that it may be; <see langword="null"/> for no limit.</param>
/// <param name="Peer">One inference of the same engine in the same run, for times; <see langword="null"/> for others.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Counted">What is counted.</param>
internal sealed record Row(string Name, double Ours, double? Limit, double? Peer, string Unit, string Counted)
{
    internal string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Name,-32} {Ours,12:N3} {Text(Limit),12} {Text(Peer),12} {Unit,-6} {Counted}");

    internal string ToJson() => JsonSerializer.Serialize(new
    {
        name = Name,
        ours = Math.Round(Ours, 4),
        limit = Limit is double limit ? Math.Round(limit, 4) : (double?)null,
        peer = Peer is double peer ? Math.Round(peer, 4) : (double?)null,
        ratio = Peer is double other ? Math.Round(other / Ours, 4) : (double?)null,
        unit = Unit,
        counted = Counted,
    });

    private static string Text(double? value) => value is double number ? number.ToString("N3", CultureInfo.InvariantCulture) : "-";
}
