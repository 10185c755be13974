using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Tests.Operators;

public sealed class OperatorContextTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_item_is_computed_once(int threads)
    {
        foreach (int count in new[] { 0, 1, 2, 6, 7, 8, 1000 })
        {
            int[] computed = new int[count];
            Few(threads).For(count, 3_000_000, (from, to) =>
            {
                for (int i = from; i < to; i++)
                {
                    Interlocked.Increment(ref computed[i]);
                }
            });
            Assert.All(computed, times => Assert.Equal(1, times));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cancellation_stops_within_the_parts_of_an_operator(int threads)
    {
        using var source = new CancellationTokenSource();
        int steps = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Few(threads, source.Token).For(1000, 4_000_000, (from, to) =>
        {
            Interlocked.Increment(ref steps);
            source.Cancel();
        }));

        // A thread that was past the check when the first one cancelled does one step.
        Assert.InRange(steps, 1, threads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_the_body_throws_arrives_as_it_is(int threads) =>
        Assert.Throws<InvalidTimeZoneException>(() => Few(threads).For(1000, 4_000_000, (from, to) => throw new InvalidTimeZoneException()));

    private static OperatorContext Few(int threads, CancellationToken cancellationToken = default) => new(0, threads, cancellationToken) { LeastWorkPerThread = 1 };
}
