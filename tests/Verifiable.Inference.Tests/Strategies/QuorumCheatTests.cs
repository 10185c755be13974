using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Every cheat of the catalog against a quorum: it ends, the honest lose nothing, the cheat is found out as the catalog says, and its output is never accepted.</summary>
public sealed class QuorumCheatTests
{
    private const ulong CheatStake = 4_000_000;

    private static readonly QuorumStrategy _three = new(new QuorumOptions { Beacon = new SeededBeacon(7), EscalationSeats = 51 });

    public static TheoryData<CheatKind> Kinds => [.. CheatCatalog.All.Select(static cheat => cheat.Kind)];

    // The cheat holds 4 parts of 16: it is in none of eighteen committees of three with probability 0.75^54 < 10^-6, and wins one of 51 seats, three honest providers being left
    // out of it, with probability P(Bin(51, 4/13) > 25) < 0.003, once in twenty unanimous answers. Seeds are fixed.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_cheat_costs_the_honest_nothing_and_is_found_out_as_the_catalog_says(CheatKind kind)
    {
        CheatDescription description = CheatCatalog.Describe(kind);
        for (ulong seed = 1; seed <= 2; seed++)
        {
            CheatWorld world = new CheatWorld(seed, _three).AddHonest(12);
            NodeId cheat = world.Add(kind, CheatStake);
            int convictions = 0;
            HashSet<ProviderFault> faults = [];
            for (int i = 0; i < 27; i++)
            {
                VerificationOutcome outcome = world.RunLawfully(_three, i);
                convictions += outcome.Slashed.Length;
                faults.UnionWith(outcome.Incidents.Select(static incident => incident.Fault));
            }

            bool harmless = description.Detection == CheatDetection.Harmless;
            Assert.Equal(harmless, convictions == 0);
            Assert.Equal(harmless, world.World.Worth(cheat) >= new Amount(CheatStake));
            if (description.Fault == ProviderFault.None)
            {
                Assert.Empty(faults);
            }
            else
            {
                Assert.Contains(description.Fault, faults);
            }
        }
    }

    // 40 honest providers of 63: a deciding committee of 51 seats goes wrong with probability far below 10^-6.
    [Fact]
    public void Every_cheat_at_once_costs_the_honest_nothing()
    {
        QuorumStrategy five = new(new QuorumOptions { Beacon = new SeededBeacon(7), Seats = 5, EscalationSeats = 51 });
        CheatWorld world = new CheatWorld(22, five).AddHonest(40);
        foreach (CheatDescription cheat in CheatCatalog.All)
        {
            _ = world.Add(cheat.Kind);
        }

        HashSet<VerdictReason> reasons = [];
        int slashed = 0;
        for (int i = 0; i < 15; i++)
        {
            VerificationOutcome outcome = world.RunLawfully(five, i);
            slashed += outcome.Slashed.Length;
            _ = reasons.Add(outcome.Verdict.Reason);
            Assert.NotEqual(VerdictReason.OpeningWithheld, outcome.Verdict.Reason);
        }

        Assert.InRange(slashed, 5, 1000);
        Assert.Contains(VerdictReason.CheckerMistaken, reasons);
    }

    // A ring of six of twenty-one that copies one cheap computation: it holds two seats of three with probability 0.175, all with 0.023.
    [Fact]
    public void A_ring_with_most_of_the_seats_is_overturned_by_the_larger_committee_and_loses()
    {
        QuorumStrategy three = new(new QuorumOptions { Beacon = new SeededBeacon(7), EscalationSeats = 51 });
        CheatWorld world = new CheatWorld(6, three).AddHonest(15);
        for (int i = 0; i < 6; i++)
        {
            _ = world.Add(CheatKind.CopiedOutput);
        }

        int overturned = 0;
        int captured = 0;
        for (int i = 0; i < 60; i++)
        {
            VerificationOutcome outcome = world.RunLawfully(three, i, ringMayConfirmItself: true);
            bool right = CheatWorld.RightOutput(world.World.Order(i, (ulong)i)).Equals(outcome.Output);
            overturned += outcome.Verdict.Reason == VerdictReason.OutputMismatch ? 1 : 0;
            captured += right ? 0 : 1;

            // A wrong output passes only where the ring holds all three seats: nobody honest contradicted it.
            Assert.True(right || outcome.Slashed.IsEmpty);
            Assert.Equal(outcome.Verdict.Reason == VerdictReason.OutputMismatch, right && outcome.Slashed.Length > 0 && outcome.Verdict.Kind == VerdictKind.Rejected);
        }

        // Outside with probability below 10^-4.
        Assert.InRange(overturned, 2, 30);
        Assert.InRange(captured, 0, 12);
    }
}
