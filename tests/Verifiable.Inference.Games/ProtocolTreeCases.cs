using System.Collections.Immutable;
using System.Text.Json;
using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.GameCases;

/// <summary>
/// Protocol trees in CheckMate's format that carry no answer: every property of every honest history must be decided, the weakest precondition must suffice when assumed, its opposite must leave
/// nothing, and writing the game and reading it back must change no verdict.
/// </summary>
internal sealed class ProtocolTreeCases : ICaseReader
{
    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        if (!CaseValues.Has(document, "players", "tree", "honest_histories"))
        {
            yield break;
        }

        if (!ParametricGame.TryReadCheckMate(document.GetRawText(), out ParametricGame? game, out GameRefusal refusal))
        {
            yield return new GameCase("reading", () => (GameOutcome.Failed, refusal.ToString()));
            yield break;
        }

        foreach (ImmutableArray<string> history in game.HonestHistories)
        {
            foreach (IncentiveProperty property in Enum.GetValues<IncentiveProperty>().Where(property => property != IncentiveProperty.None))
            {
                yield return new GameCase($"{string.Join(',', history)} {property}", () => Decide(game, history, property));
            }
        }
    }

    private static (GameOutcome Outcome, string Remark) Decide(ParametricGame game, ImmutableArray<string> history, IncentiveProperty property)
    {
        IncentiveFinding finding = IncentiveChecker.Check(game, history, property, new IncentiveCheckOptions { FindPrecondition = true });
        if (finding.Verdict == IncentiveVerdict.Undetermined || !ParametricGame.TryReadCheckMate(game.ToCheckMate(), out ParametricGame? again, out _))
        {
            return (GameOutcome.Failed, "undetermined, or not written as it was read");
        }

        bool isSame = IncentiveChecker.Check(again, history, property).Verdict == finding.Verdict;
        if (finding.Verdict == IncentiveVerdict.Holds || finding.Precondition is null || finding.Precondition.IsNever)
        {
            return (isSame ? GameOutcome.Passed : GameOutcome.Failed, finding.Precondition is null ? $"{finding.Verdict}" : $"{finding.Verdict}, never");
        }

        bool suffices = game.TryAssume(finding.Precondition.ToString(), property, out ParametricGame? narrowed)
            && IncentiveChecker.Check(narrowed, history, property) is { Verdict: IncentiveVerdict.Holds, IsVacuous: false };
        bool isNeeded = finding.Precondition.Compare(finding.Precondition.ToString()) == PreconditionMatch.Same
            && !finding.Precondition.HoldsAt(name => finding.Counterexample!.Parameters.First(parameter => parameter.Name == name).Value);
        return (isSame && suffices && isNeeded ? GameOutcome.Passed : GameOutcome.Failed, $"{finding.Verdict} without {finding.Precondition}");
    }
}
