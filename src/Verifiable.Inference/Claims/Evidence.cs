using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Claims;

/// <summary>Further evidence for a claim: a proof, a hardware attestation, a fingerprint. Carried and bound into the claim, read by whoever knows the kind.</summary>
/// <param name="Kind">The kind's name, for example <c>attestation/nitro-v1</c>; at most 255 bytes in UTF-8.</param>
/// <param name="Content">The evidence itself, at most <see cref="MaxBytes"/>.</param>
public sealed record Evidence(string Kind, OpaqueBytes Content) : ICanonical<Evidence>
{
    /// <summary>The largest size of one piece of evidence: 32 KiB, enough for a hardware attestation; what is larger is named by its digest.</summary>
    public const int MaxBytes = 1 << 15;

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out Evidence? value)
    {
        value = null;
        string kind = reader.ReadText();
        ReadOnlySpan<byte> content = reader.ReadBytes(MaxBytes);
        if (kind.Length == 0)
        {
            reader.Fail();
        }

        if (reader.Failed)
        {
            return false;
        }

        value = new Evidence(kind, new OpaqueBytes(content));
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteText(Kind);
        writer.WriteBytes(Content.Span);
    }
}
