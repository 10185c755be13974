using System.Globalization;
using System.Text.Json;

namespace Verifiable.Inference.GameSolvers;

/// <summary>One comparison. The ratio is the peer's cost divided by ours: higher is better for us.</summary>
/// <param name="Name">The work.</param>
/// <param name="Unit">The unit of the costs.</param>
/// <param name="Ours">Our least cost of several runs in one process.</param>
/// <param name="First">Our cost of the first run in this process, compilation and all; <see langword="null"/> where it says nothing.</param>
/// <param name="Peer">The peer's cost.</param>
/// <param name="PeerName">What the peer is, and whether it was measured in this run or is cited.</param>
/// <param name="Found">How many answers we found.</param>
/// <param name="PeerFound">How many the peer found; <see langword="null"/> where that is not known.</param>
internal sealed record Row(string Name, string Unit, double Ours, double? First, double Peer, string PeerName, long Found, long? PeerFound)
{
    internal static string Heading => $"{"work",-24} {"ours",12} {"first",10} {"peer",12} {"unit",-4} {"ratio",10}  {"found",5} {"peer",5}  peer";

    internal string ToLine() => string.Create(
        CultureInfo.InvariantCulture, $"{Name,-24} {Ours,12:F4} {First,10:F2} {Peer,12:F3} {Unit,-4} {Peer / Ours,10:F2}  {Found,5} {PeerFound,5}  {PeerName}");

    internal string ToJson() => JsonSerializer.Serialize(new
    {
        name = Name,
        ours = Math.Round(Ours, 6),
        peer = Math.Round(Peer, 6),
        ratio = Math.Round(Peer / Ours, 4),
        unit = Unit,
        oursFirst = First,
        found = Found,
        peerFound = PeerFound,
        peerName = PeerName,
    });
}
