using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>Where the results of a sweep are. Immutable.</summary>
/// <param name="CsvPath">The file with one line a point, in the design's order.</param>
/// <param name="ManifestPath">The file that says what the results are of.</param>
/// <param name="Digest">The SHA-256 digest of the CSV file: the same for any number of threads and stops.</param>
/// <param name="Resumed">The number of points that an earlier run had left.</param>
public sealed record SweepResult(string CsvPath, string ManifestPath, Digest Digest, long Resumed);
