using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>One draw of a provider: the role, which of several seats of that role, and which attempt to fill it.</summary>
/// <param name="Role">Why a provider is drawn.</param>
/// <param name="Index">The seat among those of its role, from 0.</param>
/// <param name="Attempt">The attempt to fill the seat, from 0.</param>
public readonly record struct Seat(TaskRole Role, ushort Index, ushort Attempt) : ICanonical<Seat>
{
    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out Seat value)
    {
        value = new Seat((TaskRole)reader.ReadByte(), reader.ReadUInt16(), reader.ReadUInt16());
        if (value.Role is not (TaskRole.Asserter or TaskRole.Validator or TaskRole.Voter))
        {
            reader.Fail();
        }

        return !reader.Failed;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteByte((byte)Role);
        writer.WriteUInt16(Index);
        writer.WriteUInt16(Attempt);
    }
}
