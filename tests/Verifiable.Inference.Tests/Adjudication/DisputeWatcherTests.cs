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
                _ = world.Time.Run(watcher.StepAsync());
                if (interruption.IsStopped)
                {
                    // What the journal holds is all that is left: whatever the old one would still do comes to nothing.
                    Assert.IsType<StoppedException>(watcher.FaultOf(claim.Body.Digest));
                    wasStopped = true;
                    interruption.IsStopped = false;
                    watcher = Open(world, interruption);
                    Assert.Equal(claim.Body.Digest, Assert.Single(watcher.Claims));
                }
            }

            DocketGame ended = Assert.Single(world.Court!.Docket.Games.Values);
            Assert.Equal((DisputeResult.Convicted, DisputeCause.Ruling, 0L), (ended.State.Result, ended.State.Cause, ended.State.Element));
            Assert.Equal(game ??= ended.State.Game, ended.State.Game);
            Assert.Equal(new Amount(1_000_000 + 480), world.Worth(world.Watchers!.Outsider.PublicKey.Id));
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
        DisputeWatcher watcher = new(world.Watchers!.Outsider, world.Court!, journal, SignatureSchemes.Default, _ => null, referees: new Disputes.ToyReferee(1, 1));
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

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void M6_a_claim_whose_side_or_venue_throws_or_never_answers_keeps_no_other_waiting(int kind)
    {
        (TestWorld world, DisputedClaim bad) = Claimed(bias: 1);
        DisputedClaim good = Another(world);
        FaultyVenue venue = new(world.Court!, bad.Body.Digest) { Kind = kind, Time = world.Time };
        using MemoryRecordStore journal = new(Digest.Of([1]));
        DisputeWatcher watcher = new(world.Watchers!.Outsider, venue, journal, SignatureSchemes.Default, claim => venue.Watch(claim, world.Watchers.SideOf(world.Watchers.Outsider, claim)!), world.Time, new SumReferee());
        Assert.True(watcher.Follow(bad) && watcher.Follow(good));
        for (int i = 0; i < 8; i++)
        {
            _ = world.Time.Run(watcher.StepAsync());
        }

        Assert.Equal(DocketClaimStatus.Convicted, world.Court!.Docket.Claims[good.Body.Digest].Status);
        Assert.Equal((DocketClaimStatus.Open, kind < 2), (world.Court.Docket.Claims[bad.Body.Digest].Status, watcher.FaultOf(bad.Body.Digest) is InvalidTimeZoneException));
        Assert.Null(watcher.FaultOf(good.Body.Digest));

        // Nothing is lost: when the fault is gone the claim goes on where it was. What hangs is told to stop after a whole budget.
        venue.Kind = -1;
        world.Time.Advance(TimeSpan.FromMilliseconds(kind == 2 ? world.Court.Terms.Budget : 0));
        for (int i = 0; i < 8; i++)
        {
            _ = world.Time.Run(watcher.StepAsync());
        }

        Assert.Equal(DocketClaimStatus.Convicted, world.Court.Docket.Claims[bad.Body.Digest].Status);
        Assert.Null(watcher.FaultOf(bad.Body.Digest));
    }

    [Fact]
    public void M6_claims_are_served_side_by_side_and_at_most_as_many_as_are_allowed()
    {
        (TestWorld world, DisputedClaim first) = Claimed(bias: 1);
        DisputedClaim[] claims = [first, .. Enumerable.Range(0, 4).Select(_ => Another(world))];
        FaultyVenue venue = new(world.Court!, default) { Kind = 3, Time = world.Time };
        using MemoryRecordStore journal = new(Digest.Of([1]));
        DisputeWatcher watcher = new(world.Watchers!.Outsider, venue, journal, SignatureSchemes.Default, claim => venue.Watch(claim, world.Watchers.SideOf(world.Watchers.Outsider, claim)!), world.Time, new SumReferee()) { MostAtOnce = 3 };
        Assert.All(claims, claim => Assert.True(watcher.Follow(claim)));
        for (int i = 0; i < 60; i++)
        {
            _ = world.Time.Run(watcher.StepAsync());
        }

        Assert.All(claims, claim => Assert.Equal(DocketClaimStatus.Convicted, world.Court!.Docket.Claims[claim.Body.Digest].Status));
        Assert.Equal(3, venue.MostBusy);
    }

    [Fact]
    public void M6_a_journal_that_fails_ends_the_step()
    {
        (TestWorld world, DisputedClaim claim) = Claimed(bias: 1);
        MemoryRecordStore journal = new(Digest.Of([1]));
        DisputeWatcher watcher = world.Watchers!.Create(world.Watchers.Outsider, journal);
        Assert.True(watcher.Follow(claim));
        journal.Dispose();
        Assert.ThrowsAny<Exception>(() => world.Time.Run(watcher.StepAsync()));
        Assert.Empty(world.Court!.Docket.Games);
    }

    [Fact]
    public void M6_a_move_is_the_answer_to_what_was_said_and_not_to_how_much_was()
    {
        (TestWorld world, DisputedClaim claim) = Claimed(bias: 1);
        DisputeWatcher watcher = world.Watchers!.Create(world.Watchers.Outsider);
        Assert.True(watcher.Follow(claim));
        _ = world.Time.Run(watcher.StepAsync());
        DisputeTranscript game = world.Court!.FindTranscript(Assert.Single(world.Court.Docket.Games.Keys))!;
        game = game with { Entries = game.Entries[..1] };
        Assert.NotEqual(game.Said, game.Add(5, null).Said);
        Assert.NotEqual(game.Add(5, null).Said, game.Add(5, game.Entries[0].Move).Said);
        Assert.NotEqual(game.Said, (game with { Entries = [new TranscriptEntry(5, null)] }).Said);
        Assert.Equal(game.Said, (game with { Opened = game.Opened + 1 }).Said);
        Assert.Equal(game.Said, (game with { Entries = [game.Entries[0] with { Time = 7 }] }).Said);
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

    // One more wrong claim in the same court.
    private static DisputedClaim Another(TestWorld world)
    {
        int before = world.Court!.ReadClaims().Length;
        OptimisticStrategy strategy = new(_options);
        Assert.True(world.Time.Run(strategy.RunAsync(world.Order(before), world.Network)).IsProvisional);
        return world.Court.ReadClaims()[before];
    }

    /// <summary>A venue and sides that fail over one claim, or are slow over all: 0 the venue throws, 1 the side throws, 2 the side never answers, 3 every side takes ten seconds.</summary>
    private sealed class FaultyVenue(LedgerCourt court, Digest bad) : IDisputeVenue
    {
        private readonly IDisputeVenue _court = court;
        private int _busy;

        public int Kind { get; set; }

        public int MostBusy { get; private set; }

        public DisputeTerms Terms => _court.Terms;

        public IDisputant Watch(DisputedClaim claim, IDisputant side) => new Side(this, claim.Body.Digest == bad, side);

        public ValueTask<IReadOnlyList<DisputeTranscript>> ReadGamesAsync(Digest claim, CancellationToken cancellationToken = default) =>
            Kind == 0 && claim == bad ? throw new InvalidTimeZoneException() : _court.ReadGamesAsync(claim, cancellationToken);

        public ValueTask<VenueClaim> FindClaimAsync(Digest claim, CancellationToken cancellationToken = default) => _court.FindClaimAsync(claim, cancellationToken);

        public ValueTask<DisputeRefusal> PostAsync(DisputedClaim claim, CancellationToken cancellationToken = default) => _court.PostAsync(claim, cancellationToken);

        public ValueTask<DisputeRefusal> CallTimeAsync(Digest game, CancellationToken cancellationToken = default) => _court.CallTimeAsync(game, cancellationToken);

        public ValueTask<DisputeRefusal> FinishAsync(Digest claim, CancellationToken cancellationToken = default) => _court.FinishAsync(claim, cancellationToken);

        public ValueTask<DisputeRefusal> SendAsync(Signed<DisputeOpening> opening, CancellationToken cancellationToken = default) => _court.SendAsync(opening, cancellationToken);

        public ValueTask<DisputeRefusal> SendAsync(Signed<DisputeMove> move, CancellationToken cancellationToken = default) => _court.SendAsync(move, cancellationToken);

        private sealed class Side(FaultyVenue owner, bool isBad, IDisputant side) : IDisputant
        {
            public async ValueTask<bool> AgreesAsync(CancellationToken cancellationToken = default)
            {
                if (owner.Kind == 3)
                {
                    owner.MostBusy = Math.Max(owner.MostBusy, ++owner._busy);
                    await Task.Delay(TimeSpan.FromSeconds(10), owner.Time, cancellationToken).ConfigureAwait(false);
                    owner._busy--;
                }

                if (isBad && owner.Kind == 1)
                {
                    throw new InvalidTimeZoneException();
                }

                if (isBad && owner.Kind == 2)
                {
                    TaskCompletionSource never = new();
                    await using CancellationTokenRegistration told = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
                    await never.Task.ConfigureAwait(false);
                }

                return await side.AgreesAsync(cancellationToken).ConfigureAwait(false);
            }

            public ValueTask<Signed<DisputeMove>?> AnswerAsync(DisputeTranscript transcript, DisputeState state, CancellationToken cancellationToken = default) => side.AnswerAsync(transcript, state, cancellationToken);
        }

        public required TimeProvider Time { get; init; }
    }

    private sealed class StoppedException : Exception;

    /// <summary>Stops a watcher at one point: when it is about to keep what it made, when it is about to send it, or when it was taken.</summary>
    private sealed class Interruption(LedgerCourt court, MemoryRecordStore journal, int stop) : IDisputeVenue
    {
        private readonly IDisputeVenue _court = court;
        private int _passed;

        public RecordStore Journal => journal;

        public DisputeTerms Terms => _court.Terms;

        public bool IsStopped { get; set; }

        public ValueTask<VenueClaim> FindClaimAsync(Digest claim, CancellationToken cancellationToken = default) => _court.FindClaimAsync(claim, cancellationToken);

        public ValueTask<DisputeRefusal> PostAsync(DisputedClaim claim, CancellationToken cancellationToken = default) => _court.PostAsync(claim, cancellationToken);

        public ValueTask<DisputeRefusal> CallTimeAsync(Digest game, CancellationToken cancellationToken = default) => _court.CallTimeAsync(game, cancellationToken);

        public ValueTask<DisputeRefusal> FinishAsync(Digest claim, CancellationToken cancellationToken = default) => _court.FinishAsync(claim, cancellationToken);

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
            if (IsStopped || _passed++ == stop)
            {
                IsStopped = true;
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
