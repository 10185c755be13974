using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Optimistic;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Adjudication;

/// <summary>A watcher that is stopped at any point goes on from its journal, and comes to the same verdict with one game and one bond.</summary>
public sealed class DisputeWatcherTests
{
    private static readonly OptimisticOptions _options = new() { Referees = [new SumReferee()], CheckRate = 1e-9, AllowsInsecureTerms = true, MaxReassignments = 0 };

    [Fact]
    public void F4_J1_stopped_at_every_point_it_goes_on_to_the_same_verdict()
    {
        Digest? game = null;
        int points = 0;
        for (int stop = 0; ; stop++)
        {
            (TestWorld world, DisputedClaim claim) = Claimed(bias: 1);
            using MemoryRecordStore journal = new(Digest.Of([1]));
            Interruption interruption = new(world.Court!, journal, stop);
            bool wasStopped = false;
            DisputeWatcher watcher = Open(world, interruption);
            Assert.True(watcher.Follow(claim));
            for (int i = 0; i < 20; i++)
            {
                try
                {
                    _ = world.Time.Run(watcher.StepAsync());
                }
                catch (StoppedException)
                {
                    // What the journal holds is all that is left.
                    wasStopped = true;
                    watcher = Open(world, interruption);
                    Assert.Equal(claim.Body.Digest, Assert.Single(watcher.Claims));
                }
            }

            DocketGame ended = Assert.Single(world.Court!.Docket.Games.Values);
            Assert.Equal((DisputeResult.Convicted, DisputeCause.Ruling, 0L), (ended.State.Result, ended.State.Cause, ended.State.Element));
            Assert.Equal(game ??= ended.State.Game, ended.State.Game);
            Assert.Equal(new Amount(1_000_000 + 1500), world.Worth(world.Watchers!.Outsider.PublicKey.Id));
            Assert.Equal(4, watcher.Sent);
            Assert.Equal(0, world.Time.Run(watcher.StepAsync()));
            if (!wasStopped)
            {
                // Three points for the opening and each of three moves: before it is kept, before it is sent, after it arrived.
                Assert.Equal(12, points);
                return;
            }

            points++;
        }
    }

    [Fact]
    public void It_challenges_no_right_claim_and_answers_for_its_own()
    {
        (TestWorld world, DisputedClaim claim) = Claimed(bias: 0);
        DisputeWatcher watcher = world.Watchers!.Create(world.Watchers.Outsider);
        Assert.True(watcher.Follow(claim) && watcher.Follow(claim));
        Assert.Equal(0, world.Time.Run(watcher.StepAsync()));
        Assert.Empty(world.Court!.Docket.Games);
    }

    [Fact]
    public void It_follows_no_claim_on_a_model_that_it_cannot_judge()
    {
        (TestWorld world, DisputedClaim claim) = Claimed(bias: 0);
        using MemoryRecordStore journal = new(Digest.Of([1]));
        DisputeWatcher watcher = new(world.Watchers!.Outsider, world.Court!, journal, SignatureSchemes.Default, _ => null, new Disputes.ToyReferee(1, 1));
        Assert.False(watcher.Follow(claim));
        Assert.Empty(watcher.Claims);
    }

    [Fact]
    public void An_opening_without_money_is_sent_again_when_there_is_some()
    {
        (TestWorld world, DisputedClaim claim) = Claimed(bias: 1);
        ISigner poor = TestWorld.Key("poor");
        DisputeWatcher watcher = world.Watchers!.Create(poor);
        Assert.True(watcher.Follow(claim));
        Assert.Equal(0, world.Time.Run(watcher.StepAsync()));
        Assert.Empty(world.Court!.Docket.Games);
        _ = world.Ledger.Apply(new Deposit(poor.PublicKey.Id, new Amount(600)));
        Assert.True(world.Time.Run(watcher.StepAsync()) > 0);
        _ = Assert.Single(world.Court.Docket.Games);
    }

    [Fact]
    public void Bytes_that_no_watcher_wrote_are_refused()
    {
        using MemoryRecordStore journal = new(Digest.Of([1]));
        _ = journal.Append(DisputeWatcher.Stream, [1, 2, 3]);
        (TestWorld world, _) = Claimed(bias: 0);
        Assert.Throws<InvalidDataException>(() => world.Watchers!.Create(world.Watchers.Outsider, journal));
    }

    private static DisputeWatcher Open(TestWorld world, Interruption interruption) =>
        new(world.Watchers!.Outsider, interruption, interruption.Journal, SignatureSchemes.Default, claim => interruption.Watch(world.Watchers.SideOf(world.Watchers.Outsider, claim)!), new SumReferee());

    // A claim in the court over which nobody but its claimant is awake.
    internal static (TestWorld World, DisputedClaim Claim) Claimed(float bias)
    {
        OptimisticStrategy strategy = new(_options);
        TestWorld world = new(strategy: strategy);
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias)], world.ProviderOptions));
        NodeId outsider = world.Watchers!.Outsider.PublicKey.Id;
        world.Watchers.IsOnline = node => node != outsider;
        VerificationOutcome outcome = world.Time.Run(strategy.RunAsync(world.Order(), world.Network));
        Assert.True(outcome.IsProvisional);
        return (world, Assert.Single(world.Court!.ReadClaims()));
    }

    private sealed class StoppedException : Exception;

    /// <summary>Stops a watcher at one point: when it is about to keep what it made, when it is about to send it, or when it was taken.</summary>
    private sealed class Interruption(LedgerCourt court, MemoryRecordStore journal, int stop) : IDisputeVenue
    {
        private readonly IDisputeVenue _court = court;
        private int _passed;

        public RecordStore Journal => journal;

        public DisputeTerms Terms => _court.Terms;

        public IDisputant Watch(IDisputant side) => new Side(this, side);

        public ValueTask<IReadOnlyList<DisputeTranscript>> ReadGamesAsync(Digest claim, CancellationToken cancellationToken = default) => _court.ReadGamesAsync(claim, cancellationToken);

        public async ValueTask<DisputeRefusal> SendAsync(Signed<DisputeOpening> opening, CancellationToken cancellationToken = default)
        {
            Pass();
            DisputeRefusal refusal = await _court.SendAsync(opening, cancellationToken);
            Pass();
            return refusal;
        }

        public async ValueTask<DisputeRefusal> SendAsync(Signed<DisputeMove> move, CancellationToken cancellationToken = default)
        {
            Pass();
            DisputeRefusal refusal = await _court.SendAsync(move, cancellationToken);
            Pass();
            return refusal;
        }

        private void Pass()
        {
            if (_passed++ == stop)
            {
                throw new StoppedException();
            }
        }

        private sealed class Side(Interruption owner, IDisputant side) : IDisputant
        {
            public async ValueTask<bool> AgreesAsync(CancellationToken cancellationToken = default)
            {
                bool agrees = await side.AgreesAsync(cancellationToken);
                owner.Pass();
                return agrees;
            }

            public async ValueTask<Signed<DisputeMove>?> AnswerAsync(DisputeTranscript transcript, DisputeState state, CancellationToken cancellationToken = default)
            {
                Signed<DisputeMove>? move = await side.AnswerAsync(transcript, state, cancellationToken);
                owner.Pass();
                return move;
            }
        }
    }
}
