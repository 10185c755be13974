using System.Diagnostics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.SideBySide;

/// <summary>Measures two engines in one process, turn by turn, so that a change of the machine's speed meets both.</summary>
internal static class Turns
{
    // Long enough for the other engine's threads to stop spinning.
    private static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(50);

    internal static (Samples First, Samples Second) Measure(Action first, Action second, Pace pace)
    {
        var firstSamples = new Samples();
        var secondSamples = new Samples();
        Turn(first, pace.WarmUp, new Samples());
        Turn(second, pace.WarmUp, new Samples());
        for (int round = 0; round < pace.Rounds; round++)
        {
            Turn(first, pace.Turn, firstSamples);
            Turn(second, pace.Turn, secondSamples);
        }

        return (firstSamples, secondSamples);
    }

    /// <summary>Gets ‖a − b‖ ÷ ‖b‖ over all float outputs.</summary>
    internal static double Difference(NamedTensors ours, NamedTensors theirs)
    {
        double difference = 0;
        double size = 0;
        foreach ((string name, TensorValue value) in theirs)
        {
            ReadOnlySpan<float> a = ours[name].AsSpan<float>();
            ReadOnlySpan<float> b = value.AsSpan<float>();
            for (int i = 0; i < b.Length; i++)
            {
                difference += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
                size += (double)b[i] * b[i];
            }
        }

        return Math.Sqrt(difference / size);
    }

    private static void Turn(Action run, TimeSpan length, Samples samples)
    {
        Thread.Sleep(_rest);

        // The first run of a turn finds cold caches and sleeping threads.
        run();
        long start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            run();
            samples.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(start) < length);
    }
}
