using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>A requester that has an answer and says that it was not delivered: whoever revealed the claim may go unpaid, and then nobody has the reward back.</summary>
public sealed class DeniedDeliveryTests
{
    [Fact]
    public void Under_a_tolerance_a_requester_that_denies_a_delivery_does_not_have_the_answer_for_nothing()
    {
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1, Comparer = OutputComparers.MaxAbsolute, Limit = 0.001, AllowsInsecureTerms = true });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(8);
        Amount before = world.Worth(world.Requester.PublicKey.Id);
        HostileRequester requester = new(world);
        SeatRecord asserter = requester.Fill(HostileRequester.Asserter, requester.Draw(HostileRequester.Asserter));
        Assert.Equal(LedgerRefusal.None, requester.Demand(asserter));
        Assert.Equal(LedgerRefusal.None, requester.Settle(asserter with { Outcome = SeatOutcome.Revealed }).Refusal);
        Assert.Equal(before - requester.Terms.Reward, world.Worth(world.Requester.PublicKey.Id));
        Assert.Equal(new Amount(TestWorld.StakeOfEach), world.Worth(asserter.Provider.Id)); // nor is a commitment to anything paid
    }

    [Fact]
    public void A_checker_s_honest_work_is_not_had_for_nothing_by_denying_it_and_having_a_friend_check_again()
    {
        TestWorld world = new TestWorld().AddHonest(8);
        NodeId[] friends = [.. Enumerable.Range(0, 2).Select(_ => world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(1)], world.ProviderOptions), 4_000_000))];
        for (int i = 0; ; i++)
        {
            // Secrets are tried until friends answer and check last, and somebody else checks first.
            HostileRequester requester = new(world, HostileRequester.UsualTerms with { AuditRate = Probability64.Always }, Digest.Of([(byte)i]));
            int leaf = requester.Draw(HostileRequester.Asserter);
            if (!friends.Contains(requester.NodeAt(leaf)))
            {
                continue;
            }

            Amount Together() => friends.Append(world.Requester.PublicKey.Id).Select(world.Worth).Aggregate(static (left, right) => left + right) + ReservedBy(world);
            SeatRecord asserter = requester.Fill(HostileRequester.Asserter, leaf);
            Seat again = new(TaskRole.Validator, 0, 1);
            (int first, int second) = (requester.Draw(HostileRequester.Validator, requester.ClaimOf(asserter), leaf), requester.Draw(again, requester.ClaimOf(asserter), leaf));
            if (friends.Contains(requester.NodeAt(first)) || !friends.Contains(requester.NodeAt(second)))
            {
                continue;
            }

            Amount before = Together();
            SeatRecord victim = requester.Fill(HostileRequester.Validator, first);
            SeatRecord friend = requester.Fill(again, second);
            Assert.Equal(LedgerRefusal.None, requester.Demand(victim));
            Assert.Equal(LedgerRefusal.None, requester.Settle(asserter, victim with { Outcome = SeatOutcome.Revealed }, friend).Refusal);
            Assert.Equal(new Amount(TestWorld.StakeOfEach), world.Worth(victim.Provider.Id));
            Assert.Equal(before - requester.Terms.Reward, Together());
            return;
        }
    }

    // What the requester has in escrow is still its own.
    private static Amount ReservedBy(TestWorld world) => world.Ledger.State.Tasks.Values.Where(static task => !task.IsClosed).Select(static task => task.Escrow).Aggregate(Amount.Zero, static (left, right) => left + right);
}
