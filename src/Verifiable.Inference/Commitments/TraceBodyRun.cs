using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>One run of a body of a graph node: an iteration of a Loop or a Scan, or the branch that an If took. Immutable; equal by content.</summary>
/// <remarks>Its encoding is a leaf of <see cref="TraceBodyTree"/>; the number of the iteration stands in it and is its place there.</remarks>
public sealed record TraceBodyRun : ICanonical<TraceBodyRun>
{
    private const string Domain = "vinf/trace-body/v1";

    /// <summary>Creates the run of a body.</summary>
    /// <param name="iteration">The number of the run among those of the graph node, from 0.</param>
    /// <param name="body">Which body was run, by the ordinal order of the attributes that hold them: 0 is the <c>else_branch</c> of an If, 1 its <c>then_branch</c>.</param>
    /// <param name="trace">The commitment to what the body's graph nodes gave.</param>
    /// <exception cref="ArgumentOutOfRangeException">The iteration is negative or 2^31 or more.</exception>
    public TraceBodyRun(long iteration, byte body, TraceCommitment trace)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iteration, int.MaxValue);
        ArgumentNullException.ThrowIfNull(trace);
        Iteration = iteration;
        Body = body;
        Trace = trace;
    }

    /// <summary>Gets the number of the run among those of the graph node, from 0.</summary>
    public long Iteration { get; }

    /// <summary>Gets which body was run.</summary>
    public byte Body { get; }

    /// <summary>Gets the commitment to what the body's graph nodes gave.</summary>
    public TraceCommitment Trace { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TraceBodyRun? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        uint iteration = reader.ReadUInt32();
        byte body = reader.ReadByte();
        TraceCommitment? trace = reader.Read<TraceCommitment>();
        if (reader.Failed || trace is null || iteration > int.MaxValue)
        {
            reader.Fail();
            return false;
        }

        value = new TraceBodyRun(iteration, body, trace);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteUInt32((uint)Iteration);
        writer.WriteByte(Body);
        Trace.WriteTo(ref writer);
    }
}
