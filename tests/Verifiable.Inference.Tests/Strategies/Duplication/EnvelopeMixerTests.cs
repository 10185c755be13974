using Verifiable.Inference.Selection;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies.Duplication;

namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>What goes wrong while envelopes wait for their round.</summary>
public sealed class EnvelopeMixerTests
{
    [Fact]
    public async Task An_envelope_that_was_cancelled_hides_no_other()
    {
        VirtualTime time = new();
        EnvelopeMixer mixer = new(4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), time, new SeededRandomSource(1));
        using CancellationTokenSource cancelled = new();
        Task first = mixer.EnterAsync().AsTask();
        Task[] gone = [.. Enumerable.Range(0, 3).Select(_ => mixer.EnterAsync(cancelled.Token).AsTask())];
        await cancelled.CancelAsync();
        Assert.Equal(1, mixer.Waiting);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((0, 0, 1), (mixer.FullRounds, mixer.ShortRounds, mixer.Waiting)); // alone it waits on
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((0, 1, 0), (mixer.FullRounds, mixer.ShortRounds, mixer.Waiting));
        await first;
        foreach (Task task in gone)
        {
            _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }
    }

    [Fact]
    public async Task Where_the_source_of_randomness_fails_nobody_waits_for_ever()
    {
        VirtualTime time = new();
        EnvelopeMixer mixer = new(2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), time, new FailingOnce());
        Task[] all = [mixer.EnterAsync().AsTask(), mixer.EnterAsync().AsTask()];
        _ = Assert.Throws<NotSupportedException>(() => time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal((0, 2), (mixer.FullRounds, mixer.Waiting));
        time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(all);
        Assert.Equal((1, 0), (mixer.FullRounds, mixer.Waiting));
    }

    private sealed class FailingOnce : IRandomSource
    {
        private bool _hasFailed;

        public void Fill(Span<byte> destination)
        {
            if (!_hasFailed)
            {
                _hasFailed = true;
                throw new NotSupportedException();
            }

            destination.Clear();
        }

        public IRandomSource Fork(string label) => this;
    }
}
