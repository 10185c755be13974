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
        int dropped = 0;
        IEnumerable<LedgerCommand> commands = LedgerWorld.Funding().Concat(Enumerable.Range(0, 20_000).Select(_ => world.NextCommand(state, now)));
        foreach (LedgerCommand command in commands)
        {
            now += world.Next(300) == 0 ? world.Next(100_000_000) : world.Next(3) / 2;
            LedgerState? before = done % 5 == 0 ? books.ToState() : null;
            int tasks = state.Tasks.Count;
            LedgerRefusal refusal = books.Apply(command, now);
            Assert.Equal(state.Apply(command, now, out state), refusal);
            if (refusal != LedgerRefusal.None)
            {
                Assert.Same(before ?? books.ToState(), books.ToState());
                continue;
            }

            done++;
            Assert.Equal((state.Totals, state.Time), (books.Totals, books.Time));
            Assert.True(state.Totals.IsConserved);

            dropped += Math.Max(0, tasks - state.Tasks.Count);
            if (command is OpenTask open)
            {
                books.SetPapers(open.Task, new TaskPapers { FreshFrom = (ulong)done });
            }

            // Readers come at any time, and not at every time.
            if (done % 7 == 0)
            {
                AssertSame(state, books.ToState());
                Assert.Equal(state.Tasks.Keys, books.CopyPapers().Select(static papers => papers.Key).Order());
            }

            if (done % 501 == 0)
            {
                AssertSame(state, new LedgerBooks(state).ToState());
                LedgerModelTests.AssertConserved(state);
                KeyValuePair<Inference.Commitments.Digest, TaskPapers>[] papers = [.. books.CopyPapers()];
                books = new LedgerBooks(books.ToState());
                foreach ((Inference.Commitments.Digest task, TaskPapers paper) in papers)
                {
                    books.SetPapers(task, paper);
                }
            }
        }

        AssertSame(state, books.ToState());
        Assert.True(done > 5000);
        Assert.True(dropped > 500);
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
        SnapshotMap<int, int, string> map = new(System.Collections.Immutable.ImmutableSortedDictionary<int, int>.Empty);
        for (int i = 0; i < 300_000; i++)
        {
            map.Set(i, i);
            if (i >= 10)
            {
                map.Remove(i - 10);
            }

            Assert.True(map.NotedChanges <= 4101);
        }

        Assert.Equal(Enumerable.Range(299_990, 10), map.Take().Keys);
    }

    [Theory]
    [InlineData(1, 500)]
    [InlineData(2, 40_000)]
    public void A_map_and_a_sorted_dictionary_agree_however_seldom_copies_are_taken(int seed, int keys)
    {
        Random random = new(seed);
        SnapshotMap<int, int, string> map = new(System.Collections.Immutable.ImmutableSortedDictionary<int, int>.Empty);
        SortedDictionary<int, (int Value, string? Beside)> model = [];
        for (int i = 0; i < 200_000; i++)
        {
            int key = random.Next(keys);
            switch (random.Next(5))
            {
                case 0:
                    map.Remove(key);
                    _ = model.Remove(key);
                    break;
                case 1:
                    map.SetBeside(key, $"{i}");
                    model[key] = model.TryGetValue(key, out (int Value, string? Beside) item) ? (item.Value, $"{i}") : default;
                    _ = model[key] == default && model.Remove(key);
                    break;
                default:
                    map.Set(key, i + 1);
                    model[key] = (i + 1, model.TryGetValue(key, out item) ? item.Beside : null);
                    break;
            }

            // Now in short steps, now not for a long time: a copy is made from what changed, and from everything.
            if (i / 20_000 % 2 == 0 ? i % 100 == 0 : i % 20_000 == 19_999)
            {
                Assert.Equal(model.Select(static item => KeyValuePair.Create(item.Key, item.Value.Value)), map.Take());
                Assert.Same(map.Take(), map.Take());
                Assert.Equal(model.Select(static item => KeyValuePair.Create(item.Key, item.Value.Beside)), map.AllBeside.OrderBy(static item => item.Key)!);
                Assert.Equal((model.TryGetValue(key, out (int Value, string? Beside) found), found.Value, found.Beside), (map.TryGet(key, out int value), value, map.GetBeside(key)));
            }
        }
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
