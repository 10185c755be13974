using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Who lost stake over which image, in which seat, and how it came out.</summary>
internal sealed record Conviction(Request Request, Participant Who, TaskRole Role, string How)
{
    public static IEnumerable<Conviction> In(Experiment experiment)
    {
        foreach (Request request in experiment.Requests)
        {
            foreach (NodeId node in request.Outcome.Slashed)
            {
                SeatRecord seat = request.Tasks.First(task => task.Provider.Id == node);
                yield return new Conviction(request, experiment.Network.Who(node), seat.Seat.Role, Describe(request, seat));
            }
        }
    }

    private static string Describe(Request request, SeatRecord seat) => seat.Outcome switch
    {
        SeatOutcome.Equivocated => "signed two different claims for one task",
        SeatOutcome.Silent when Faults(request, seat).Contains(ProviderFault.Withheld) => "claimed, delivered nothing, did not reveal",
        SeatOutcome.Silent => $"took the task, no claim in time ({ReplyOf(request, seat)})",
        _ => "output differs, outvoted",
    };

    // The ledger convicts of silence; what the provider did instead of a claim is in the incidents.
    private static string ReplyOf(Request request, SeatRecord seat) => Faults(request, seat).FirstOrDefault() switch
    {
        ProviderFault.Refused => "empty reply",
        ProviderFault.TimedOut => "no reply in time",
        ProviderFault.Threw => "threw",
        ProviderFault.Malformed => "malformed reply",
        ProviderFault other => other.ToString(),
    };

    private static IEnumerable<ProviderFault> Faults(Request request, SeatRecord seat) => request.Outcome.Incidents
        .Where(incident => incident.Provider == seat.Provider.Id && incident.Seat == seat.Seat)
        .Select(static incident => incident.Fault);
}
