using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Claims;

/// <summary>How numbers are computed and compared. A verdict under one profile says nothing about another.</summary>
/// <param name="Engine">The engine family and its version, for example <c>canonical-v1</c>; at most 255 bytes in UTF-8.</param>
/// <param name="Precision">The number format of the computation, for example <c>f32</c>.</param>
/// <param name="Comparison">The comparison of outputs, for example <c>exact</c>.</param>
public sealed record NumericProfile(string Engine, string Precision, string Comparison) : ICanonical<NumericProfile>
{
    /// <summary>Gets the profile of the canonical engine: binary32, compared by bits.</summary>
    public static NumericProfile CanonicalFloat32 { get; } = new("canonical-v1", "f32", "exact");

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out NumericProfile? value)
    {
        value = new NumericProfile(reader.ReadText(), reader.ReadText(), reader.ReadText());
        if (reader.Failed)
        {
            value = null;
        }

        return !reader.Failed;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteText(Engine);
        writer.WriteText(Precision);
        writer.WriteText(Comparison);
    }

    /// <summary>Writes the three parts with slashes.</summary>
    public override string ToString() => $"{Engine}/{Precision}/{Comparison}";
}
