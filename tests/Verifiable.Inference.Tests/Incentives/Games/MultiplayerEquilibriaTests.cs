using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>Laws of equilibria of several players.</summary>
public sealed class MultiplayerEquilibriaTests
{
    [Fact]
    public void For_two_players_they_are_the_exact_ones() => RandomGames.Holds(
        RandomGames.Bimatrix(3, 3),
        game =>
        {
            BimatrixSolution exact = ExtremeEquilibria.FindAll(game);
            MultiplayerSolution boxes = MultiplayerEquilibria.FindAll(game.ToNormalForm());
            return !exact.Components.All(component => component.IsPoint && component.Index is 1 or -1)
                || (boxes.Completeness == Completeness.Proven && exact.Equilibria.ToHashSet().SetEquals(boxes.Equilibria.Select(equilibrium => equilibrium.Profile!)));
        },
        100);

    [Fact]
    public void No_listed_equilibrium_has_more_regret_than_its_box_is_wide() => RandomGames.Holds(
        RandomGames.Multiplayer(3, 2),
        game => MultiplayerEquilibria.FindAll(game).Equilibria.All(equilibrium => game.Regret(equilibrium.Profile ?? Near(equilibrium)) <= Rational.Parse("1e-9")),
        100);

    [Fact]
    public void A_list_that_is_proven_is_never_empty_and_its_certificate_holds() => RandomGames.Holds(
        RandomGames.Multiplayer(3, 2),
        game =>
        {
            MultiplayerSolution solution = MultiplayerEquilibria.FindAll(game);
            return (solution.Completeness != Completeness.Proven || solution.Equilibria.Length > 0)
                && (solution.Equilibria.Length == 0 || CertificateVerifier.Verify(solution.ToCertificate()).IsValid);
        },
        100);

    [Fact]
    public void The_certificate_says_how_many_of_the_list_it_does_not_show() => RandomGames.Holds(
        RandomGames.Multiplayer(3, 2),
        game =>
        {
            MultiplayerSolution solution = MultiplayerEquilibria.FindAll(game);
            JsonNode certificate = JsonNode.Parse(solution.ToCertificate())!;
            int shown = certificate["profiles"]!.AsArray().Count + certificate["boxes"]!.AsArray().Count;
            return Rational.Parse((string)certificate["uncertified"]!) == solution.UncertifiedCount && shown + solution.UncertifiedCount == solution.Equilibria.Length
                && solution.Equilibria.Count(equilibrium => equilibrium.IsCertified) == shown;
        },
        60);

    [Fact]
    public void No_equilibrium_is_listed_twice_or_beyond_its_own_supports() => RandomGames.Holds(
        RandomGames.Multiplayer(3, 3),
        game =>
        {
            EquilibriumEnclosure[] found = [.. MultiplayerEquilibria.FindAll(game, new WorkLimit(20_000)).Equilibria];
            MixedProfile[] exact = [.. found.Select(equilibrium => equilibrium.Profile).OfType<MixedProfile>()];
            return exact.Distinct().Count() == exact.Length && found.All(equilibrium => equilibrium.Bounds.All(player => player.All(bounds => bounds.Low.Sign > 0 || bounds.High.IsZero)));
        },
        60);

    [Fact]
    public void A_strategy_that_copies_another_leaves_nothing_listed_without_proof()
    {
        // The irrational equilibrium of two checkers becomes a component of infinitely many: it must be undecided, and no box may pass for a single one.
        NormalFormGame plain = SolverTests.Inspection(2);
        List<Rational> payoffs = [];
        foreach (int provider in (int[])[0, 1, 1])
        {
            for (int rest = 0; rest < 4; rest++)
            {
                payoffs.AddRange(Enumerable.Range(0, 3).Select(player => plain.Payoff(player, [provider, rest / 2, rest % 2])));
            }
        }

        MultiplayerSolution solution = MultiplayerEquilibria.FindAll(new NormalFormGame([3, 2, 2], [.. payoffs]));
        Assert.Equal(0, solution.UncertifiedCount);
        Assert.NotEmpty(solution.Undecided);
        Assert.Equal(Completeness.Partial, solution.Completeness);
        Assert.True(CertificateVerifier.Verify(solution.ToCertificate()).IsValid);
    }

    [Fact]
    public void The_nine_of_McKelvey_and_McLennan_are_all_found()
    {
        NormalFormGame game = new([2, 2, 2], ExtremeEquilibriaTests.Numbers("9 8 12 0 0 0 0 0 0 3 4 6 0 0 0 3 4 6 9 8 2 0 0 0"));
        MultiplayerSolution solution = MultiplayerEquilibria.FindAll(game);
        Assert.Equal((9, Completeness.Proven, true), (solution.Equilibria.Length, solution.Completeness, solution.IsOdd));
        Assert.All(solution.Equilibria, equilibrium => Assert.NotNull(equilibrium.Profile));
    }

    [Fact]
    public void A_continuum_is_reported_and_not_dropped()
    {
        // Nobody influences anything: every profile is an equilibrium.
        MultiplayerSolution solution = MultiplayerEquilibria.FindAll(new NormalFormGame([2, 2, 2], [.. Enumerable.Repeat(Rational.One, 24)]));
        Assert.Equal(Completeness.Partial, solution.Completeness);
        Assert.Equal(8, solution.Equilibria.Length);
        Assert.NotEmpty(solution.Undecided);
    }

    [Fact]
    public void A_limit_gives_a_partial_list()
    {
        MultiplayerSolution solution = MultiplayerEquilibria.FindAll(SolverTests.Inspection(4), new WorkLimit(40));
        Assert.Equal((Completeness.Partial, StopReason.LimitReached), (solution.Completeness, solution.Stop));
    }

    private static MixedProfile Near(EquilibriumEnclosure equilibrium)
    {
        ImmutableArray<ImmutableArray<Rational>> rough = [.. equilibrium.Bounds.Select(own => own.Select(pair => (pair.Low + pair.High) / 2).ToImmutableArray())];
        return new MixedProfile([.. rough.Select(own => own.Select(probability => probability / own.Aggregate(Rational.Zero, (a, b) => a + b)).ToImmutableArray())]);
    }
}
