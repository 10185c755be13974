using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>A provider that is the requester's friend posts one claim before the deadline and signs others afterwards, when the secret and the beacon's values are known. Evidence with one of those must not
/// settle, whatever it would draw.</summary>
public sealed class UnpostedClaimTests
{
    [Fact]
    public void A_claim_that_is_signed_after_the_beacon_is_out_until_the_coin_spares_it_does_not_settle()
    {
        TestWorld world = new TestWorld().AddHonest(8);
        HostileRequester requester = new(world, HostileRequester.UsualTerms with { AuditRate = Probability64.FromDouble(0.9), CheckDelay = 5001 });
        SeatRecord posted = requester.Fill(HostileRequester.Asserter, requester.Draw(HostileRequester.Asserter));
        Assert.True(TestWorld.Beacon.TryGetValue(TestWorld.Beacon.RoundAfter(requester.Request.Deadline + 5001), out Digest value));

        // With the value at hand: another output, and salts until nobody checks it.
        SeatRecord spared = Enumerable.Range(0, 1000)
            .Select(salt => Signed(requester, posted, Other(8), salt))
            .First(seat => !requester.Terms.AuditRate.Covers(AuditDraws.Coin(requester.Secret, requester.ClaimOf(seat), value)));
        Assert.Equal(LedgerRefusal.ClaimMismatch, requester.Settle(value, null, spared).Refusal);
        Assert.Equal(TaskState.Claimed, world.Ledger.FindTask(requester.Envelope(posted).Digest)!.State);
    }

    [Fact]
    public void A_checker_that_signs_what_the_asserter_said_after_it_posted_something_else_does_not_settle()
    {
        TestWorld world = new TestWorld().AddHonest(8);
        HostileRequester requester = new(world, HostileRequester.UsualTerms with { AuditRate = Probability64.Always });
        int leaf = requester.Draw(HostileRequester.Asserter);
        SeatRecord asserter = requester.Fill(HostileRequester.Asserter, leaf);
        SeatRecord validator = requester.Fill(HostileRequester.Validator, requester.Draw(HostileRequester.Validator, requester.ClaimOf(asserter), leaf));
        Assert.Equal(LedgerRefusal.ClaimMismatch, requester.Settle(asserter, Signed(requester, validator, asserter.Claim!.Outputs, 1)).Refusal);
        Assert.Equal(LedgerRefusal.None, requester.Settle(asserter, validator).Refusal);
    }

    [Fact]
    public void A_claim_that_answers_as_the_posted_one_does_but_is_not_it_does_not_settle()
    {
        TestWorld world = new TestWorld().AddHonest(8);
        HostileRequester requester = new(world);
        SeatRecord posted = requester.Fill(HostileRequester.Asserter, requester.Draw(HostileRequester.Asserter));
        Assert.Equal(LedgerRefusal.ClaimMismatch, requester.Settle(Signed(requester, posted, posted.Claim!.Outputs, 1)).Refusal);
        Assert.Equal(LedgerRefusal.None, requester.Settle(posted).Refusal);
        Digest task = requester.Envelope(posted).Digest;
        TaskSettlement closed = Assert.Single(world.Ledger.ReadEntries().Select(static entry => entry.Command).OfType<Settle>()).Tasks.Single();
        Assert.Equal((task, world.Ledger.FindTask(task)!.Claim), (closed.Task, closed.Claim));
    }

    [Fact]
    public void A_member_of_a_committee_that_contradicts_or_agrees_only_after_it_saw_who_votes_does_not_settle()
    {
        TestWorld world = new TestWorld(strategy: new QuorumStrategy(new QuorumOptions { Beacon = QuorumRequester.Beacon, AllowsInsecureTerms = true })).AddHonest(9);
        QuorumRequester requester = new(world);
        QuorumHolding[] first = requester.FillAll(TaskRole.Asserter);
        QuorumHolding friend = first[0];
        InferenceClaim late = InferenceClaim.For(requester.EnvelopeOf(friend), Other(3), Digest.Of("late"u8));
        QuorumHolding[] others = [friend with { Record = friend.Record with { Claim = ClaimExcerpt.Of(late), Signature = SignedClaim.Sign(late, KeyOf(friend.Record)).Posting.Signature } }, .. first[1..]];
        Assert.Equal(LedgerRefusal.ClaimMismatch, requester.Settle(others).Refusal);
        Assert.Equal(LedgerRefusal.None, requester.Settle(first).Refusal);
    }

    private static CommittedTensors Other(float value) => CommittedTensors.Of(NamedTensors.Of("y", TensorValue.Create(new[] { value, 1 }, 2)));

    private static SeatRecord Signed(HostileRequester requester, SeatRecord posted, CommittedTensors outputs, int salt)
    {
        InferenceClaim claim = InferenceClaim.For(requester.Envelope(posted), outputs, Digest.Of(BitConverter.GetBytes(salt)));
        return posted with { Claim = ClaimExcerpt.Of(claim), Signature = SignedClaim.Sign(claim, KeyOf(posted)).Posting.Signature };
    }

    private static ISigner KeyOf(SeatRecord seat) => Enumerable.Range(0, 20).Select(static index => TestWorld.Key("provider " + index)).First(key => key.PublicKey.Id == seat.Provider.Id);
}
