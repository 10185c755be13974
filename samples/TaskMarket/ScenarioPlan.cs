using System.Globalization;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>One strategy on one set of terms.</summary>
internal sealed record ScenarioPlan(string Strategy, bool IsSafe, Func<TimeProvider, IRandomSource, IRandomBeacon, VerificationStrategy> Create)
{
    public string Terms => IsSafe ? "safe" : "unsafe";

    public string Folder => $"{Strategy.Replace(' ', '-')}-{Terms}";

    /// <summary>Gives a row of a table: name, rate of checks, slash for each seat, seats, deciding seats.</summary>
    public string[] Describe() => Create(TimeProvider.System, new SeededRandomSource(0), new SeededBeacon(0)) switch
    {
        SamplingStrategy { Options: var options } => Row(options.AuditRate, options.Slash, 1, options.VoterSeats),
        QuorumStrategy { Options: var options } => Row(options.EscalationRate, options.Slash, options.Seats, options.EscalationSeats ?? Math.Max(3 * options.Seats, 9)),
        HiddenDuplicationStrategy { Options: var options } => Row(options.DuplicationRate, options.Slash, 1, options.VoterSeats),
        var other => throw new InvalidOperationException($"Expected a strategy whose terms are known here, got '{other.Name}'."),
    };

    private string[] Row(double rate, Amount slash, int seats, int deciders) =>
    [
        $"{Strategy}, {Terms}", rate.ToString("0.###", CultureInfo.InvariantCulture), slash.Units.ToString("N0", CultureInfo.InvariantCulture), seats.ToString(CultureInfo.InvariantCulture), deciders.ToString(CultureInfo.InvariantCulture),
    ];
}
