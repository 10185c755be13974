using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

/// <summary>The fast form of the rules beside the plain one.</summary>
public sealed class LedgerBooksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_books_and_the_plain_state_agree_over_random_commands(int seed)
    {
        LedgerWorld world = new(seed);
        LedgerState state = LedgerState.Empty;
        LedgerBooks books = new(state);
        long now = 1000;
        int done = 0;
        List<Inference.Commitments.Digest> dropped = [];
        books.TaskDropped = dropped.Add;
        IEnumerable<LedgerCommand> commands = LedgerWorld.Funding().Concat(Enumerable.Range(0, 20_000).Select(_ => world.NextCommand(state, now)));
        foreach (LedgerCommand command in commands)
        {
            now += world.Next(300) == 0 ? world.Next(100_000_000) : world.Next(3) / 2;
            LedgerState before = books.ToState();
            LedgerRefusal refusal = books.Apply(command, now);
            Assert.Equal(state.Apply(command, now, out state), refusal);
            if (refusal != LedgerRefusal.None)
            {
                Assert.Same(before, books.ToState());
                continue;
            }

            done++;
            Assert.Equal((state.Totals, state.Time), (books.Totals, books.Time));
            Assert.True(state.Totals.IsConserved);

            // Readers come at any time, and not at every time.
            if (done % 7 == 0)
            {
                AssertSame(state, books.ToState());
            }

            if (done % 501 == 0)
            {
                AssertSame(state, new LedgerBooks(state).ToState());
                LedgerModelTests.AssertConserved(state);
                books = new LedgerBooks(books.ToState()) { TaskDropped = dropped.Add };
            }
        }

        AssertSame(state, books.ToState());
        Assert.True(done > 5000);
        Assert.True(dropped.Count > 500);
    }

    [Fact]
    public void A_copy_shares_what_did_not_change()
    {
        LedgerBooks books = new(LedgerState.Empty);
        _ = books.Apply(new Deposit(LedgerWorld.Node(1), new Amount(10)), 1);
        LedgerState first = books.ToState();
        Assert.Same(first, books.ToState());
        _ = books.Apply(new Deposit(LedgerWorld.Node(2), new Amount(10)), 1);
        LedgerState second = books.ToState();
        Assert.Same(first.Tasks, second.Tasks);
        Assert.Same(first.Stakes, second.Stakes);
        Assert.Single(first.Accounts);
        Assert.Equal(2, second.Accounts.Count);
    }

    [Fact]
    public void Unread_changes_do_not_pile_up()
    {
        SnapshotMap<int, int> map = new(System.Collections.Immutable.ImmutableSortedDictionary<int, int>.Empty);
        for (int i = 0; i < 300_000; i++)
        {
            map.Set(i, i);
            if (i >= 10)
            {
                map.Remove(i - 10);
            }
        }

        Assert.Equal(Enumerable.Range(299_990, 10), map.Take().Keys);
    }

    internal static void AssertSame(LedgerState expected, LedgerState actual)
    {
        Assert.Equal(expected.Accounts, actual.Accounts);
        Assert.Equal(expected.Stakes, actual.Stakes);
        Assert.Equal(expected.Tasks, actual.Tasks);
        Assert.Equal(expected.Collaterals, actual.Collaterals);
        Assert.Equal(expected.Done, actual.Done);
        Assert.Equal(expected.Expiries, actual.Expiries);
        Assert.Equal((expected.Totals, expected.Time), (actual.Totals, actual.Time));
    }
}
