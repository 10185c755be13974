using Verifiable.Inference.Simulation;

namespace Verifiable.Inference.Tests.Simulation;

/// <summary>The virtual clock against a plain list of what is due.</summary>
public sealed class VirtualTimeTests
{
    // Started, moved, cancelled and fired at random: they fire in the order of their times, and of their starts where the times are equal, at their times.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Timers_fire_in_the_order_of_a_sorted_list(int seed)
    {
        Random random = new(seed);
        VirtualTime time = new();
        DateTimeOffset start = time.GetUtcNow();
        List<(int Name, TimeSpan At)> fired = [];
        List<ITimer> timers = [];
        List<(int Name, TimeSpan Due, long Order)> model = [];
        long order = 0;
        for (int step = 0; step < 3000; step++)
        {
            TimeSpan now = time.GetUtcNow() - start;
            TimeSpan wait = TimeSpan.FromSeconds(random.Next(0, 40));
            switch (random.Next(5))
            {
                case 0 or 1:
                    int name = timers.Count;
                    timers.Add(time.CreateTimer(_ => fired.Add((name, time.GetUtcNow() - start)), null, wait, Timeout.InfiniteTimeSpan));
                    model.Add((name, now + wait, order++));
                    break;
                case 2 when timers.Count > 0:
                    int moved = random.Next(timers.Count);
                    Assert.True(timers[moved].Change(wait, Timeout.InfiniteTimeSpan));
                    _ = model.RemoveAll(timer => timer.Name == moved);
                    model.Add((moved, now + wait, order++));
                    break;
                case 3 when timers.Count > 0:
                    int dropped = random.Next(timers.Count);
                    timers[dropped].Dispose();
                    _ = model.RemoveAll(timer => timer.Name == dropped);
                    break;
                default:
                    TimeSpan end = now + TimeSpan.FromSeconds(random.Next(0, 10));
                    (int, TimeSpan)[] expected = [.. model.Where(timer => timer.Due <= end).OrderBy(static timer => (timer.Due, timer.Order)).Select(static timer => (timer.Name, timer.Due))];
                    fired.Clear();
                    time.Advance(end - now);
                    Assert.Equal(expected, fired);
                    _ = model.RemoveAll(timer => timer.Due <= end);
                    break;
            }
        }

        Assert.True(timers.Count > 500);
    }
}
