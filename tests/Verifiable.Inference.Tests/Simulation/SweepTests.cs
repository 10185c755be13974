using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Verifiable.Inference.Simulation.Sweeps;

namespace Verifiable.Inference.Tests.Simulation;

/// <summary>Designs against published points and their laws; runs that are stopped at any place and go on.</summary>
public sealed class SweepTests : IDisposable
{
    private static readonly ImmutableArray<SweepAxis> _axes = [new("p", 0, 1), new("stake", 10, 1000) { IsLogarithmic = true }];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "vinf-sweep-" + Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // Joe and Kuo's program with new-joe-kuo-6.21201, ten dimensions.
    [Fact]
    public void The_first_points_of_Sobols_sequence_are_the_published_ones()
    {
        double[][] expected =
        [
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.75, 0.75],
            [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25, 0.25, 0.25],
            [0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875, 0.875, 0.625],
            [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125],
            [0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125, 0.125, 0.375],
            [0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625, 0.625, 0.875],
        ];
        SobolSequence sequence = new(10);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], sequence[i]);
        }
    }

    // A (t, m, s)-net in base 2 puts each coordinate of 2^m points once into each of 2^m slices, shifted or not.
    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    public void Each_coordinate_of_a_power_of_two_of_Sobols_points_meets_each_slice_once(ulong seed)
    {
        SobolSequence sequence = new(SobolSequence.GreatestDimension, seed);
        for (int dimension = 0; dimension < SobolSequence.GreatestDimension; dimension++)
        {
            Assert.Equal(1024, Enumerable.Range(0, 1024).Select(i => (int)(sequence[i][dimension] * 1024)).Distinct().Count());
        }
    }

    [Fact]
    public void Sobols_points_integrate_better_than_chance()
    {
        SobolSequence sequence = new(4, 5);
        double sum = 0;
        for (int i = 0; i < 4096; i++)
        {
            double[] x = sequence[i];
            sum += x[0] * x[1] * x[2] * x[3] / 4096;
        }

        // The standard error of chance is 0.0014.
        Assert.Equal(1.0 / 16, sum, 2e-4);
    }

    [Fact]
    public void A_Latin_hypercube_meets_each_slice_of_each_parameter_once()
    {
        SweepDesign design = SweepDesign.LatinHypercube([new("a", 0, 1), new("b", 0, 1), new("c", -5, 5)], 97, 4);
        Assert.Equal(97, Enumerable.Range(0, 97).Select(i => (int)(design[i][0] * 97)).Distinct().Count());
        Assert.Equal(97, Enumerable.Range(0, 97).Select(i => (int)((design[i][2] + 5) / 10 * 97)).Distinct().Count());
        Assert.NotEqual(design.Digest, SweepDesign.LatinHypercube(design.Axes, 97, 5).Digest);
    }

    [Fact]
    public void A_grid_has_every_combination_with_its_ends()
    {
        SweepDesign design = SweepDesign.Grid(_axes, [3, 5]);
        Assert.Equal(15, design.Count);
        Assert.Equal(new double[] { 0, 10 }, design[0]);
        Assert.Equal(new double[] { 1, 1000 }, design[14]);
        Assert.Equal(0.5, design[7][0]);
        Assert.Equal(100, design[7][1], 1e-11);
        Assert.Equal(new double[] { 0.5, 0.5 }, SweepDesign.Grid([new("a", 0, 1), new("b", 0, 1)], [1, 1])[0]);
        Assert.Throws<ArgumentException>(() => SweepDesign.Grid(_axes, [3]));
        Assert.Throws<ArgumentException>(() => SweepDesign.Grid(_axes, [100_000, 100_000]));
        Assert.Throws<ArgumentException>(() => SweepDesign.Grid([new("a,b", 0, 1)], [2]));
        Assert.Throws<ArgumentException>(() => SweepDesign.Grid([new("a", 1, 0)], [2]));
        Assert.Throws<ArgumentException>(() => SweepDesign.Sobol([new("a", 0, 1) { IsLogarithmic = true }], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => design[15]);
    }

    // Of a hundred thousand points the second thread would otherwise measure nearly all, and keep their lines.
    [Fact]
    public void A_point_that_fails_ends_the_sweep_on_all_threads()
    {
        SweepDesign design = SweepDesign.Sobol(_axes, 100_000, 3);
        int measured = 0;
        InvalidOperationException fault = Assert.Throws<InvalidOperationException>(() => Sweep.Run(
            design,
            (point, token) =>
            {
                if (Interlocked.Increment(ref measured) == 20)
                {
                    throw new InvalidOperationException("the twentieth");
                }

                return Measure(point, token);
            },
            OptionsIn("fault") with { Threads = 2 }));
        Assert.Equal("the twentieth", fault.Message);
        Assert.InRange(measured, 20, 50_000);
    }

    [Fact]
    public void Nobody_measures_far_ahead_of_a_slow_point()
    {
        SweepDesign design = SweepDesign.Sobol(_axes, 20_000, 3);
        ImmutableArray<double> slow = design[0];
        int others = 0;
        int seen = 0;
        _ = Sweep.Run(
            design,
            (point, token) =>
            {
                if (point.SequenceEqual(slow))
                {
                    // As many others as may be ahead come by; then there is time for more of them, which must not come.
                    while (Volatile.Read(ref others) < Sweep.GreatestLead - 1)
                    {
                        Thread.Yield();
                    }

                    for (int turn = 0; turn < 2000; turn++)
                    {
                        Thread.Yield();
                    }

                    seen = Volatile.Read(ref others);
                }
                else
                {
                    _ = Interlocked.Increment(ref others);
                }

                return Measure(point, token);
            },
            OptionsIn("slow") with { Threads = 3 });
        Assert.Equal(Sweep.GreatestLead - 1, seen);
        Assert.Equal(20_001, File.ReadLines(Path.Combine(_folder, "slow", "results.csv")).Count());
    }

    [Fact]
    public void A_sweep_writes_the_same_file_for_any_number_of_threads_and_wherever_it_was_stopped()
    {
        SweepDesign design = SweepDesign.Sobol(_axes, 40, 3);
        SweepResult whole = Sweep.Run(design, Measure, OptionsIn("whole"));
        string[] lines = File.ReadAllLines(whole.CsvPath);
        Assert.Equal("point,p,stake,product,sum", lines[0]);
        Assert.Equal(41, lines.Length);
        Assert.Equal(whole.Digest.ToString(), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(whole.CsvPath))));
        Assert.Equal(whole.Digest, Sweep.Run(design, Measure, OptionsIn("threads") with { Threads = 4 }).Digest);

        // Killed at any byte: the file ends in the middle of a line.
        byte[] bytes = File.ReadAllBytes(whole.CsvPath);
        foreach (int length in new[] { 0, 5, 26, 27, 100, bytes.Length - 1, bytes.Length })
        {
            string folder = "killed" + length;
            using CancellationTokenSource stop = new();
            Assert.ThrowsAny<OperationCanceledException>(() => Sweep.Run(design, (point, token) => Stop(point, stop), OptionsIn(folder), stop.Token));
            File.WriteAllBytes(Path.Combine(_folder, folder, "results.csv"), bytes[..length]);
            int measured = 0;
            SweepResult resumed = Sweep.Run(design, (point, token) => { measured++; return Measure(point, token); }, OptionsIn(folder));
            Assert.Equal(whole.Digest, resumed.Digest);
            Assert.Equal(40 - resumed.Resumed, measured);
            Assert.Equal(Math.Max(0, bytes[..length].Count(static value => value == '\n') - 1), resumed.Resumed);
            Assert.Equal(File.ReadAllBytes(whole.ManifestPath), File.ReadAllBytes(resumed.ManifestPath));
        }

        Assert.Equal(40, Sweep.Run(design, static (_, _) => throw new InvalidOperationException("nothing is left"), OptionsIn("whole")).Resumed);
    }

    [Fact]
    public void A_manifest_says_what_the_results_are_of()
    {
        SweepResult result = Sweep.Run(SweepDesign.LatinHypercube(_axes, 3, 9), Measure, OptionsIn("one") with { Description = "a scenario" });
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(result.ManifestPath));
        Assert.Equal("a scenario", manifest.RootElement.GetProperty("description").GetString());
        Assert.Equal("LatinHypercube", manifest.RootElement.GetProperty("design").GetString());
        Assert.Equal("9", manifest.RootElement.GetProperty("seed").GetString());
        Assert.True(manifest.RootElement.GetProperty("isComplete").GetBoolean());
        Assert.Equal(result.Digest.ToString(), manifest.RootElement.GetProperty("csvSha256").GetString());
    }

    [Fact]
    public void The_folder_of_another_sweep_is_left_alone()
    {
        SweepResult first = Sweep.Run(SweepDesign.Grid(_axes, [2, 2]), Measure, OptionsIn("mine"));
        byte[] before = File.ReadAllBytes(first.CsvPath);
        Assert.Throws<InvalidOperationException>(() => Sweep.Run(SweepDesign.Grid(_axes, [2, 3]), Measure, OptionsIn("mine")));
        Assert.Throws<InvalidOperationException>(() => Sweep.Run(SweepDesign.Grid(_axes, [2, 2]), Measure, OptionsIn("mine") with { Description = "another commit" }));
        Assert.Equal(before, File.ReadAllBytes(first.CsvPath));
        File.WriteAllText(first.CsvPath, "point,p,stake,product,sum\n0,9,9,9,9\n");
        Assert.Throws<InvalidOperationException>(() => Sweep.Run(SweepDesign.Grid(_axes, [2, 2]), Measure, OptionsIn("mine")));
        Assert.Throws<InvalidOperationException>(() => Sweep.Run(SweepDesign.Grid(_axes, [2, 2]), static (_, _) => [1], OptionsIn("few")));
        Assert.Throws<ArgumentException>(() => Sweep.Run(SweepDesign.Grid(_axes, [2, 2]), Measure, OptionsIn("names") with { Columns = ["p"] }));
    }

    [Fact]
    public void Progress_is_told_after_each_point_and_a_failed_measurement_is_the_callers()
    {
        List<SweepProgress> told = [];
        _ = Sweep.Run(SweepDesign.Grid(_axes, [2, 3]), Measure, OptionsIn("progress") with { Threads = 1, Progress = new Sink(told.Add) });
        Assert.Equal([1, 2, 3, 4, 5, 6], told.Select(static progress => (int)progress.Done));
        Assert.All(told, static progress => Assert.Equal(6, progress.Total));
        Assert.Throws<NotSupportedException>(() => Sweep.Run(SweepDesign.Grid(_axes, [2, 3]), static (_, _) => throw new NotSupportedException(), OptionsIn("fails") with { Threads = 3 }));
    }

    private static ImmutableArray<double> Measure(ImmutableArray<double> point, CancellationToken cancellationToken) => [point[0] * point[1], point[0] + point[1]];

    private static ImmutableArray<double> Stop(ImmutableArray<double> point, CancellationTokenSource stop)
    {
        if (point[0] > 0.9)
        {
            stop.Cancel();
        }

        stop.Token.ThrowIfCancellationRequested();
        return Measure(point, default);
    }

    private SweepOptions OptionsIn(string name) => new() { Folder = Path.Combine(_folder, name), Columns = ["product", "sum"], Threads = 1 };

    private sealed class Sink(Action<SweepProgress> take) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => take(value);
    }
}
