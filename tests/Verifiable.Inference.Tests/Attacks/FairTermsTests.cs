using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>Offers that an honest provider does not take, each for one reason alone.</summary>
public sealed class FairTermsTests
{
    private static readonly Dictionary<string, Change> _reasons = new()
    {
        ["little reward"] = new() { Options = options => options with { LeastReward = new Amount(121) } },
        ["much stake for the reward"] = new() { Options = options => options with { MostStakePerReward = 24 } },
        ["little time to answer"] = new() { Envelope = envelope => envelope with { Deadline = envelope.Deadline - HostileRequester.AnswerWindow + 999 } },
        ["a long lock"] = new() { Options = options => options with { LongestLock = TimeSpan.FromMilliseconds(129_999) } },
        ["little time to reveal"] = new() { Options = options => options with { LeastRevealTime = TimeSpan.FromMilliseconds(15_001) } },
        ["one voter"] = new() { Terms = terms => terms with { VoterSeats = 1, BeaconName = string.Empty, VoteDelay = 0 } },
        ["many draws"] = new() { Terms = terms => terms with { VoterSeats = 101, VoterAttempts = 4, Slash = new Amount(30_000) }, Options = options => options with { MostStakePerReward = 1000 } },
        ["a slash that a tenth of the stake could aim at the honest"] = new() { Terms = terms => terms with { VoterSeats = 5 } },
        ["two draws for a voter's seat"] = new() { Terms = terms => terms with { VoterAttempts = 2 } },
        ["a cost that leaves too little of the reward"] = new() { Options = options => options with { Cost = new Amount(112) } },
        ["a cost above the reward"] = new() { Options = options => options with { Cost = new Amount(121) } },
        ["a beacon that the judge does not know"] = new() { Terms = terms => terms with { BeaconName = "the requester's own" } },
        ["a round too soon after the claims"] = new() { Terms = terms => terms with { VoteDelay = 4999 } },
        ["terms that take more than half of the slash"] = new() { Terms = terms => terms with { Bounty = new Amount(661) } },
        ["terms without a limit"] = new() { Terms = terms => terms with { Limit = double.PositiveInfinity } },
        ["terms that nobody can read"] = new() { Envelope = envelope => envelope with { Terms = new OpaqueBytes([1, 2, 3]) } },
        ["another reward than the terms'"] = new() { Envelope = envelope => envelope with { Reward = new Amount(121) } },
        ["another stake than the terms' slash"] = new() { Envelope = envelope => envelope with { StakeAtRisk = new Amount(3001) } },
        ["an escrow without the price of an audit"] = new() { Envelope = envelope => envelope with { Escrow = new Amount(120) } },
        ["a strategy without a judge"] = new() { Envelope = envelope => envelope with { Strategy = "sampling/v0" } },
        ["another model"] = new() { Envelope = envelope => envelope with { Work = envelope.Work with { ModelId = Digest.Of("another"u8) } } },
        ["inputs that are not those of the envelope"] = new() { Inputs = NamedTensors.Of("x", TensorValue.Create(new float[] { 1 }, 1)) },
        ["terms that its owner does not want"] = new() { Options = options => options with { AcceptsTerms = static (_, _) => false } },
    };

    public static TheoryData<string> Reasons => [.. _reasons.Keys];

    [Fact]
    public void A_fair_offer_is_taken()
    {
        (_, ProviderReply reply, TaskRecord task) = Offer(new Change());
        Assert.Equal(ProviderFault.None, reply.Fault);
        Assert.Equal(TaskState.Claimed, task.State);
    }

    [Fact]
    public void What_is_just_fair_is_taken()
    {
        Change limits = new()
        {
            Options = options => options with
            {
                LeastReward = new Amount(120),
                MostStakePerReward = 25,
                LeastAnswerTime = TimeSpan.FromMilliseconds(HostileRequester.AnswerWindow),
                LongestLock = TimeSpan.FromMilliseconds(130_000),
                LeastRevealTime = TimeSpan.FromMilliseconds(15_000),
            },
            Terms = terms => terms with { VoterSeats = 3, VoterAttempts = 3, BeaconName = string.Empty, VoteDelay = 0 },
        };
        Assert.Equal(ProviderFault.None, Offer(limits).Reply.Fault);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void An_unfair_offer_is_refused_and_reserves_nothing(string reason)
    {
        (TestWorld world, ProviderReply reply, TaskRecord task) = Offer(_reasons[reason]);
        Assert.Equal(ProviderFault.Refused, reply.Fault);
        Assert.Equal(TaskState.Open, task.State);
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.ReservedStakes);
    }

    // Before providers looked at the terms: with one voter, sixteen draws for each seat and a tenth of the stake, a requester found friends for both seats that convict.
    [Fact]
    public void A_requester_with_a_tenth_of_the_stake_cannot_look_for_friends_among_many_draws()
    {
        TestWorld world = new TestWorld().AddHonest(18);
        SamplingTerms terms = HostileRequester.UsualTerms with
        {
            AuditRate = Probability64.Always,
            VoterSeats = 1,
            VoterAttempts = SamplingOptions.GreatestAttempts,
            Slash = new Amount(30_000),
            Bounty = new Amount(14_000),
        };
        for (byte attempt = 0; attempt < 20; attempt++)
        {
            HostileRequester requester = new(world, terms, Digest.Of([attempt]));
            TaskEnvelope envelope = requester.Envelope(HostileRequester.Asserter, requester.NodeAt(requester.Draw(HostileRequester.Asserter)));
            Assert.Equal(TaskOutcome.NotAccepted, requester.Run(envelope).Outcome);
        }
    }

    private static (TestWorld World, ProviderReply Reply, TaskRecord Task) Offer(Change change)
    {
        TestWorld world = new TestWorld().AddHonest(9);
        NodeId provider = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine()], change.Options(world.ProviderOptions with { CoalitionShare = 0.1m })));
        HostileRequester requester = new(world, change.Terms(HostileRequester.UsualTerms));
        TaskEnvelope envelope = change.Envelope(requester.Envelope(HostileRequester.Asserter, provider));
        ProviderReply reply = requester.Offer(envelope, change.Inputs);
        return (world, reply, world.Ledger.FindTask(envelope.Digest)!);
    }

    private sealed record Change
    {
        public Func<LocalProviderOptions, LocalProviderOptions> Options { get; init; } = static options => options;

        public Func<SamplingTerms, SamplingTerms> Terms { get; init; } = static terms => terms;

        public Func<TaskEnvelope, TaskEnvelope> Envelope { get; init; } = static envelope => envelope;

        public NamedTensors? Inputs { get; init; }
    }
}
