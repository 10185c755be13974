using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>What one cheat did: its wrong answers, how many of them were looked at, how often it was convicted.</summary>
internal sealed record CheatRecord(Participant Who, int Tasks, int WrongAnswers, int Audited, int Convicted)
{
    /// <summary>The chance below which an escape is no bad luck but a fault of the protocol.</summary>
    private const double Incredible = 1e-6;

    /// <summary>Tells the chance that one cheat convicts, by the closed form; nothing where there is nothing to punish.</summary>
    public double? ChanceOfOne(SamplingStrategyAssessment assessment) => Who.Cheat!.Detection switch
    {
        CheatDetection.EveryTask => 1,
        CheatDetection.Audit => (double)assessment.DetectionProbability,
        _ => null,
    };

    /// <summary>Tells the chance that at least one of its cheats convicts.</summary>
    public double? ChanceOfAll(SamplingStrategyAssessment assessment) => Who.Cheat!.Detection switch
    {
        CheatDetection.EveryTask => Tasks > 0 ? 1 : 0,
        CheatDetection.Audit => (double)assessment.ClosedForms.DetectionProbabilityAfter(WrongAnswers),
        _ => null,
    };

    /// <summary>Tells whether the cheat was convicted, or its escape is no wonder: there was nothing to punish, or it was lucky.</summary>
    public bool IsExplained(SamplingStrategyAssessment assessment) => Convicted > 0 || Who.Cheat!.Detection switch
    {
        CheatDetection.EveryTask => Tasks == 0 || (Who.Cheat.Kind == CheatKind.ReplayedClaim && Tasks == 1),
        CheatDetection.Audit => 1 - ChanceOfAll(assessment) > Incredible,
        _ => true,
    };

    public static CheatRecord Of(Experiment experiment, Participant who)
    {
        int tasks = 0;
        int wrong = 0;
        int audited = 0;
        foreach (Request request in experiment.Requests)
        {
            foreach (SeatRecord task in request.Tasks.Where(task => task.Provider.Id == who.Id))
            {
                tasks++;
                if (task.Seat.Role == TaskRole.Asserter && task.HasClaim && !task.Claim!.Outputs.Opens(request.Honest))
                {
                    wrong++;
                    audited += request.Outcome.WasAudited ? 1 : 0;
                }
            }
        }

        return new CheatRecord(who, tasks, wrong, audited, Conviction.In(experiment).Count(conviction => conviction.Who == who));
    }
}
