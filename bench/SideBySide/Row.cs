using System.Globalization;
using System.Text.Json;

namespace Verifiable.Inference.SideBySide;

/// <summary>One comparison. The ratio is the peer's cost divided by ours: higher is better for us, for time and for memory.</summary>
/// <param name="Name">The work.</param>
/// <param name="Threads">The threads of each engine.</param>
/// <param name="Unit">The unit of the costs.</param>
/// <param name="Ours">Our costs.</param>
/// <param name="Peer">The peer's costs.</param>
/// <param name="Difference">The relative L2 distance between the outputs; <see langword="null"/> where it was not measured.</param>
/// <param name="PeerName">What the peer is.</param>
internal sealed record Row(string Name, int Threads, string Unit, Samples Ours, Samples Peer, double? Difference, string PeerName)
{
    internal static string Heading => $"{"work",-28} {"threads",7} {"ours",10} {"peer",10} {"unit",-4} {"ratio",7} {"median",7}  {"difference",10}";

    private double Ratio => Peer.Least / Ours.Least;

    private double MedianRatio => Peer.Median / Ours.Median;

    internal string ToLine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-28} {Threads,7} {Ours.Least,10:F3} {Peer.Least,10:F3} {Unit,-4} {Ratio,7:F3} {MedianRatio,7:F3}  {(Difference is double difference ? difference.ToString("E1", CultureInfo.InvariantCulture) : "-"),10}");

    internal string ToJson() => JsonSerializer.Serialize(new
    {
        name = Name,
        ours = Math.Round(Ours.Least, 4),
        peer = Math.Round(Peer.Least, 4),
        ratio = Math.Round(Ratio, 4),
        unit = Unit,
        threads = Threads,
        oursMedian = Math.Round(Ours.Median, 4),
        peerMedian = Math.Round(Peer.Median, 4),
        medianRatio = Math.Round(MedianRatio, 4),
        difference = Difference,
        peerName = PeerName,
    });
}
