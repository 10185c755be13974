using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// What one step of a generation commits to: what went into the model, how its run came about, what came out, and the token that was chosen. Its encoding is a leaf of
/// <see cref="GenerationTrace"/>. Immutable; equal by content. The reference is <c>docs/reference/generation.md</c>, part 4.
/// </summary>
public sealed record GenerationStep : ICanonical<GenerationStep>
{
    private const string Domain = "vinf/generation-step/v2";

    /// <summary>Gets the digest of what the trace was made by: the id that stands for the model (its context, its cache and the vocabulary are part of it) and the rule of the cut points. It is the
    /// same in all steps.</summary>
    public required Digest Basis { get; init; }

    /// <summary>Gets the number of tokens whose keys and values earlier steps have computed.</summary>
    public required uint Past { get; init; }

    /// <summary>Gets the commitment to the tokens that went in, as int64 [n]: the prompt, then the token of the step before.</summary>
    public required Digest Tokens { get; init; }

    /// <summary>Gets the commitment to the trace of the model's run.</summary>
    public required TraceCommitment Trace { get; init; }

    /// <summary>Gets the commitment to the logits behind the last token, as binary32 [vocabulary].</summary>
    public required Digest Logits { get; init; }

    /// <summary>Gets the digest of the commitments to the keys and values of the tokens that went in, by the names of the outputs: what the step adds to the cache.</summary>
    public required Digest Rows { get; init; }

    /// <summary>Gets the token that was chosen.</summary>
    public required int Token { get; init; }

    /// <summary>Gets why it is the last one.</summary>
    public required StopReason Stop { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out GenerationStep? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        Digest basis = reader.ReadDigest();
        uint past = reader.ReadUInt32();
        Digest tokens = reader.ReadDigest();
        TraceCommitment? trace = reader.Read<TraceCommitment>();
        Digest logits = reader.ReadDigest();
        Digest rows = reader.ReadDigest();
        uint token = reader.ReadUInt32();
        byte stop = reader.ReadByte();
        if (reader.Failed || trace is null || token > int.MaxValue || stop > (byte)StopReason.ContextLimit)
        {
            reader.Fail();
            return false;
        }

        value = new GenerationStep { Basis = basis, Past = past, Tokens = tokens, Trace = trace, Logits = logits, Rows = rows, Token = (int)token, Stop = (StopReason)stop };
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="OverflowException">The token is negative.</exception>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteDigest(Basis);
        writer.WriteUInt32(Past);
        writer.WriteDigest(Tokens);
        Trace.WriteTo(ref writer);
        writer.WriteDigest(Logits);
        writer.WriteDigest(Rows);
        writer.WriteUInt32(checked((uint)Token));
        writer.WriteByte((byte)Stop);
    }
}
