using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Whatever the threads, the items and the way they come, every item is computed once, or the caller learns why not.</summary>
public sealed class SharedWorkTests
{
    private const int MostThreads = 16;

    // The threads are the test's own: a machine of two cores has one worker only. One object serves all rounds, as it does in a team.
    [Fact]
    public void Every_item_is_computed_once_by_any_number_of_threads()
    {
        var random = new CaseRandom(11);
        var work = new SharedWork();
        for (int round = 0; round < 200; round++)
        {
            int shares = random.Between(1, MostThreads);
            int[] computed = new int[random.Coin() ? random.Next(40) : random.Next(5000)];
            int most = random.Coin() ? random.Between(1, 8) : random.Between(1, 5000);
            work.Begin(shares, computed.Length, most, (from, to) => Count(computed, from, to, most), CancellationToken.None);

            // Not every thread comes: whoever does takes the shares of those who do not.
            int coming = random.Between(1, shares);
            int first = random.Next(shares);
            Together(coming, i => work.Work((first + i) % shares));
            work.End();
            Assert.All(computed, times => Assert.Equal(1, times));
        }
    }

    // Whoever has nothing left to do takes a piece from a thread that stands still.
    [Fact]
    public void A_thread_that_is_held_up_leaves_its_pieces_to_the_others()
    {
        const int Count = 64;
        using var done = new CountdownEvent(Count - 1);
        int[] computed = new int[Count];
        var work = new SharedWork();
        work.Begin(2, Count, 1, (from, to) =>
        {
            computed[from]++;
            if (from == 0)
            {
                // The first item of the first share ends when all others are computed.
                done.Wait();
            }
            else
            {
                done.Signal();
            }
        }, CancellationToken.None);
        Together(2, work.Work);
        work.End();
        Assert.All(computed, times => Assert.Equal(1, times));
    }

    [Fact]
    public void What_an_item_throws_reaches_the_caller_and_no_item_is_computed_twice()
    {
        var random = new CaseRandom(12);
        var work = new SharedWork();
        for (int round = 0; round < 100; round++)
        {
            int shares = random.Between(1, MostThreads);
            int[] computed = new int[random.Between(1, 1000)];
            int most = random.Between(1, 50);
            int bad = random.Next(computed.Length);
            bool cancels = random.Coin();
            using var source = new CancellationTokenSource();
            work.Begin(shares, computed.Length, most, (from, to) =>
            {
                Count(computed, from, to, most);
                if (from <= bad && bad < to)
                {
                    source.Cancel();
                    throw cancels ? new OperationCanceledException(source.Token) : new InvalidTimeZoneException();
                }
            }, cancels ? source.Token : CancellationToken.None);
            Together(shares, work.Work);
            Assert.IsType(cancels ? typeof(OperationCanceledException) : typeof(InvalidTimeZoneException), Record.Exception(work.End));
            Assert.All(computed, times => Assert.InRange(times, 0, 1));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void As_many_items_as_there_are_integers_are_counted_to_the_end(int shares)
    {
        long items = 0;
        var work = new SharedWork();
        work.Begin(shares, int.MaxValue, int.MaxValue, (from, to) => Interlocked.Add(ref items, to - from), CancellationToken.None);
        work.Work(0);
        work.End();
        Assert.Equal(int.MaxValue, items);
    }

    // Callers at the same time, of which some call again from within an item, fail or are cancelled: the team serves all of them, and the next.
    [Fact]
    public void A_team_serves_callers_that_meet_nest_and_fail()
    {
        const int Callers = 6;
        Together(Callers, caller =>
        {
            var random = new CaseRandom((ulong)caller);
            for (int round = 0; round < 60; round++)
            {
                int[] computed = new int[random.Between(1, 300)];
                int[] inner = new int[computed.Length * 7];
                int most = random.Between(1, 20);
                int bad = random.Next(3) == 0 ? random.Next(computed.Length) : -1;
                void Body(int from, int to)
                {
                    Count(computed, from, to, most);
                    if (from <= bad && bad < to)
                    {
                        throw new InvalidTimeZoneException();
                    }

                    WorkerTeam.Run(MostThreads, 7 * (to - from), 3, (start, end) => Count(inner, (7 * from) + start, (7 * from) + end, 3), CancellationToken.None);
                }

                int threads = random.Between(1, MostThreads);
                Exception? thrown = Record.Exception(() => WorkerTeam.Run(threads, computed.Length, most, Body, CancellationToken.None));
                Assert.Equal(bad >= 0 ? typeof(InvalidTimeZoneException) : null, thrown?.GetType());
                Assert.All(computed, times => Assert.InRange(times, bad >= 0 ? 0 : 1, 1));
                Assert.All(inner, times => Assert.InRange(times, bad >= 0 ? 0 : 1, 1));
            }
        });
    }

    private static void Count(int[] computed, int from, int to, int most)
    {
        Assert.InRange(to - from, 1, most);
        for (int i = from; i < to; i++)
        {
            Interlocked.Increment(ref computed[i]);
        }
    }

    private static void Together(int count, Action<int> run)
    {
        Exception? failure = null;
        using var barrier = new Barrier(count);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            barrier.SignalAndWait();
            failure = Record.Exception(() => run(i)) ?? failure;
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Null(failure);
    }
}
