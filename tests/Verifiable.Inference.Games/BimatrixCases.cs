using System.Text.Json;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.GameCases;

/// <summary>Two-player games with all their extreme equilibria as exact fractions: the sets must be equal, completeness proven, and the certificate checked.</summary>
internal sealed class BimatrixCases : ICaseReader
{
    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        foreach ((JsonElement element, int number) in CaseValues.Items(document))
        {
            if (CaseValues.Has(element, "A", "B", "extreme_equilibria"))
            {
                yield return new GameCase(CaseValues.Name(element, number), () => Run(element));
            }
        }
    }

    private static (GameOutcome Outcome, string Remark) Run(JsonElement element)
    {
        BimatrixGame game = CaseValues.Bimatrix(element);
        HashSet<MixedProfile> expected = [.. element.GetProperty("extreme_equilibria").EnumerateArray().Select(profile => new MixedProfile(CaseValues.Table(profile)))];
        BimatrixSolution solution = ExtremeEquilibria.FindAll(game);
        if (solution.Completeness != Completeness.Proven)
        {
            return (GameOutcome.Failed, $"{solution.Completeness}, {solution.Stop}");
        }

        if (!expected.SetEquals(solution.Equilibria))
        {
            return (GameOutcome.Failed, $"expected {expected.Count} equilibria, found {solution.Equilibria.Length}, {solution.Equilibria.Count(expected.Contains)} of them expected");
        }

        CertificateVerdict verdict = CertificateVerifier.Verify(solution.ToCertificate());
        if (!verdict.IsValid || solution.IndexSum is not (null or 1))
        {
            return (GameOutcome.Failed, verdict.IsValid ? $"the indices sum to {solution.IndexSum}" : verdict.Explanation);
        }

        bool areReached = LemkeHowson.FindFromAll(game).Equilibria.All(expected.Contains);
        return CaseValues.Verdict(areReached || solution.Components.Any(component => !component.IsPoint), "Lemke–Howson reached something else");
    }
}
