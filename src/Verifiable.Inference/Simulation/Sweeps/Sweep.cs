using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>
/// Measures something at every point of a design and writes a CSV file and a manifest. Lines are written in the design's order as soon as all before them are there, so that a run that is cancelled or killed
/// leaves a file that the next run goes on with, and the finished file is the same byte for byte.
/// </summary>
public static class Sweep
{
    private const string CsvName = "results.csv";
    private const string ManifestName = "manifest.json";
    private const string Format = "vinf/sweep/v1";
    private const int LongestLine = 1 << 16;

    /// <summary>How many points may be measured, or under way, of which the lines cannot be written yet: so much is held in memory behind a slow point.</summary>
    internal const int GreatestLead = 4096;

    /// <summary>Runs a sweep, or goes on with one.</summary>
    /// <param name="design">The points.</param>
    /// <param name="measure">Gives the measurements of a point, as many as there are columns; is called on several threads, and must not depend on the order of calls.</param>
    /// <param name="options">Where results go, and how they are made.</param>
    /// <param name="cancellationToken">Ends the run; what is written stays.</param>
    /// <returns>Where the results are.</returns>
    /// <exception cref="ArgumentException">A name of a column is wrong, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The folder holds the results of another sweep, or a measurement has the wrong number of values.</exception>
    /// <remarks>An exception of a measurement ends the sweep on all threads and comes out as it is; what was written before its point stays.</remarks>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="IOException">The files cannot be read or written.</exception>
    public static SweepResult Run(SweepDesign design, Func<ImmutableArray<double>, CancellationToken, ImmutableArray<double>> measure, SweepOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfWrong(design, options);
        _ = Directory.CreateDirectory(options.Folder);
        string csvPath = Path.Combine(options.Folder, CsvName);
        string manifestPath = Path.Combine(options.Folder, ManifestName);
        string header = "point," + string.Join(',', design.Axes.Select(static axis => axis.Name).Concat(options.Columns)) + "\n";
        string pending = Manifest(design, options, null);
        long done = 0;
        if (File.Exists(manifestPath))
        {
            string found = File.ReadAllText(manifestPath);
            if (found != pending && !IsFinished(found, design, options, csvPath))
            {
                throw new InvalidOperationException($"Expected the manifest of this sweep in '{options.Folder}', or none, got that of another: choose another folder.");
            }

            done = Repair(csvPath, header, design);
        }
        else
        {
            // Results without a manifest are nobody's; the manifest comes first, so that a kill in between leaves one of the two states that are understood.
            File.WriteAllText(csvPath, string.Empty);
            WriteAtOnce(manifestPath, pending);
        }

        long resumed = done;
        if (done < design.Count || !File.Exists(csvPath) || new FileInfo(csvPath).Length == 0)
        {
            Measure(design, measure, options, csvPath, header, done, cancellationToken);
        }

        using FileStream csv = File.OpenRead(csvPath);
        Digest digest = new(SHA256.HashData(csv));
        WriteAtOnce(manifestPath, Manifest(design, options, digest));
        return new SweepResult(csvPath, manifestPath, digest, resumed);
    }

    private static void Measure(
        SweepDesign design,
        Func<ImmutableArray<double>, CancellationToken, ImmutableArray<double>> measure,
        SweepOptions options,
        string csvPath,
        string header,
        long done,
        CancellationToken cancellationToken)
    {
        using FileStream stream = new(csvPath, FileMode.Append, FileAccess.Write, FileShare.Read);
        if (stream.Position == 0)
        {
            stream.Write(Encoding.ASCII.GetBytes(header));
        }

        long start = options.Time.GetTimestamp();
        long first = done;
        Lock gate = new();
        SortedDictionary<long, string> waiting = [];
        long next = done;
        using SemaphoreSlim ahead = new(GreatestLead);
        void Work(CancellationToken stop)
        {
            while (true)
            {
                // Points are taken in order, so the one that all others wait for is always under way.
                ahead.Wait(stop);
                long point = Interlocked.Increment(ref next) - 1;
                if (point >= design.Count)
                {
                    _ = ahead.Release();
                    return;
                }

                ImmutableArray<double> parameters = design[point];
                ImmutableArray<double> values = measure(parameters, stop);
                if (values.IsDefault || values.Length != options.Columns.Count)
                {
                    throw new InvalidOperationException($"Expected {options.Columns.Count} values at point {point}, got {(values.IsDefault ? 0 : values.Length)}.");
                }

                string line = Line(point, parameters, values);
                lock (gate)
                {
                    waiting.Add(point, line);
                    long before = done;
                    while (waiting.Remove(done, out string? ready))
                    {
                        stream.Write(Encoding.ASCII.GetBytes(ready));
                        done++;
                    }

                    stream.Flush();
                    if (done > before)
                    {
                        _ = ahead.Release((int)(done - before));
                    }

                    TimeSpan elapsed = options.Time.GetElapsedTime(start);
                    long measured = done - first;
                    TimeSpan left = measured == 0 ? TimeSpan.Zero : elapsed / measured * (design.Count - done);
                    options.Progress?.Report(new SweepProgress(done, design.Count, elapsed, left));
                }
            }
        }

        int threads = (int)Math.Min(options.Threads, design.Count - done);
        if (threads <= 1)
        {
            Work(cancellationToken);
            return;
        }

        // The first fault stops the others: nothing behind its point can be written any more.
        using CancellationTokenSource fault = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            _ = Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
            {
                try
                {
                    Work(fault.Token);
                }
                catch
                {
                    fault.Cancel();
                    throw;
                }
            });
        }
        catch (AggregateException several) when (several.InnerExceptions.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(several.InnerExceptions.FirstOrDefault(static one => one is not OperationCanceledException) ?? several.InnerExceptions[0]);
        }
    }

    private static string Line(long point, ImmutableArray<double> parameters, ImmutableArray<double> values)
    {
        StringBuilder line = new();
        _ = line.Append(point.ToString(CultureInfo.InvariantCulture));
        foreach (double value in parameters.Concat(values))
        {
            _ = line.Append(',').Append(value.ToString("R", CultureInfo.InvariantCulture));
        }

        return line.Append('\n').ToString();
    }

    // Keeps the lines that are whole, in order and of this design, and cuts the file after the last one. Tells how many points they are.
    private static long Repair(string csvPath, string header, SweepDesign design)
    {
        if (!File.Exists(csvPath))
        {
            File.WriteAllText(csvPath, string.Empty);
            return 0;
        }

        long kept = 0;
        long done = -1;
        using (FileStream stream = File.OpenRead(csvPath))
        {
            List<byte> line = [];
            Span<byte> buffer = new byte[1 << 16];
            for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
            {
                foreach (byte value in buffer[..read])
                {
                    line.Add(value);
                    if (value != '\n')
                    {
                        if (line.Count > LongestLine)
                        {
                            throw new InvalidOperationException($"Expected lines of at most {LongestLine} bytes in '{csvPath}', got a longer one: choose another folder.");
                        }

                        continue;
                    }

                    string text = Encoding.ASCII.GetString([.. line]);
                    bool isDue = done < 0 ? text == header : done < design.Count && text.StartsWith(Line(done, design[done], [])[..^1] + ",", StringComparison.Ordinal);
                    if (!isDue)
                    {
                        throw new InvalidOperationException($"Expected the results of this sweep in '{csvPath}', got another line {done + 2}: choose another folder.");
                    }

                    kept += line.Count;
                    done++;
                    line.Clear();
                }
            }
        }

        using FileStream cut = new(csvPath, FileMode.Open, FileAccess.Write);
        cut.SetLength(kept);
        return Math.Max(done, 0);
    }

    private static string Manifest(SweepDesign design, SweepOptions options, Digest? digest)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteString("library", typeof(Sweep).Assembly.GetName().Version?.ToString());
            writer.WriteString("description", options.Description);
            writer.WriteString("design", design.Kind.ToString());
            writer.WriteString("designDigest", design.Digest.ToString());
            writer.WriteString("seed", design.Seed.ToString(CultureInfo.InvariantCulture));
            writer.WriteNumber("points", design.Count);
            writer.WriteStartArray("parameters");
            foreach (SweepAxis axis in design.Axes)
            {
                writer.WriteStartObject();
                writer.WriteString("name", axis.Name);
                writer.WriteNumber("low", axis.Low);
                writer.WriteNumber("high", axis.High);
                writer.WriteBoolean("logarithmic", axis.IsLogarithmic);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("columns");
            foreach (string column in options.Columns)
            {
                writer.WriteStringValue(column);
            }

            writer.WriteEndArray();
            writer.WriteBoolean("isComplete", digest is not null);
            writer.WriteString("csvSha256", digest?.ToString());
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static bool IsFinished(string manifest, SweepDesign design, SweepOptions options, string csvPath)
    {
        if (!File.Exists(csvPath))
        {
            return false;
        }

        using FileStream csv = File.OpenRead(csvPath);
        return manifest == Manifest(design, options, new Digest(SHA256.HashData(csv)));
    }

    private static void WriteAtOnce(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static void ThrowIfWrong(SweepDesign design, SweepOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Folder, nameof(options));
        ArgumentNullException.ThrowIfNull(options.Columns, nameof(options));
        foreach (string column in options.Columns)
        {
            SweepNames.ThrowIfWrong(column);
        }

        if (options.Columns.Count == 0 || design.Axes.Select(static axis => axis.Name).Concat(options.Columns).Append("point").GroupBy(static name => name, StringComparer.Ordinal).Any(static group => group.Count() > 1))
        {
            throw new ArgumentException("Expected at least one column, each with a name of its own.", nameof(options));
        }

        if (options.Threads is < 1 or > 1024)
        {
            throw new ArgumentException($"{nameof(SweepOptions.Threads)} must be 1 to 1024, got {options.Threads}.", nameof(options));
        }
    }
}
