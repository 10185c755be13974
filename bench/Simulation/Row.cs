using System.Globalization;
using System.Text.Json;

namespace Verifiable.Inference.SimulationSpeed;

/// <summary>One comparison of speeds. The ratio is ours divided by the peer's: higher is better for us.</summary>
/// <param name="Name">The work.</param>
/// <param name="Unit">The unit of the speeds.</param>
/// <param name="Ours">Our greatest speed of several runs.</param>
/// <param name="Peer">The peer's speed, or the speed to reach.</param>
/// <param name="PeerName">What the peer is, and whether it was measured in this run or is cited.</param>
internal sealed record Row(string Name, string Unit, double Ours, double Peer, string PeerName)
{
    internal static string Heading => $"{"work",-28} {"ours",14} {"peer",14} {"unit",-22} {"ratio",9}  peer";

    internal string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Name,-28} {Ours,14:F2} {Peer,14:F2} {Unit,-22} {Ours / Peer,9:F2}  {PeerName}");

    internal string ToJson() => JsonSerializer.Serialize(new
    {
        name = Name,
        ours = Math.Round(Ours, 4),
        peer = Math.Round(Peer, 4),
        ratio = Math.Round(Ours / Peer, 4),
        unit = Unit,
        peerName = PeerName,
    });
}
