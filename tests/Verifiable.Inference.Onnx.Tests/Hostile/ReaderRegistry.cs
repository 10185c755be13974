using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Generation;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Every reader of bytes from outside that the ONNX library adds. A new reader is one line here, and the hostile-bytes laws run on it.</summary>
public static class ReaderRegistry
{
    private static readonly HostileReader[] _readers = [HostileReader.Of(Steps)];

    /// <summary>Gets the library whose readers these are.</summary>
    public static System.Reflection.Assembly Library => typeof(GenerationStep).Assembly;

    public static IEnumerable<HostileReader> All => _readers;

    public static TheoryData<string> Names => [.. _readers.Select(reader => reader.Name)];

    public static HostileReader Get(string name) => _readers.Single(reader => reader.Name == name);

    private static IEnumerable<GenerationStep> Steps() =>
        from stop in Enum.GetValues<StopReason>()
        from leaves in Enumerable.Range(0, 3)
        select new GenerationStep
        {
            Basis = Digest.Of([1]),
            Past = (uint)leaves * 1000,
            Tokens = Digest.Of([2]),
            Trace = new TraceTree(10, [.. Enumerable.Range(0, leaves).Select(node => new TraceLeaf(node, [new TraceOutput { RowMajor = Digest.Of([3]) }]))]).Commitment,
            Logits = Digest.Of([4]),
            Rows = Digest.Of([5]),
            Token = leaves == 2 ? int.MaxValue : leaves,
            Stop = stop,
        };
}
