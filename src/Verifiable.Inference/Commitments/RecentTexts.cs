using System.Buffers.Binary;

namespace Verifiable.Inference.Commitments;

/// <summary>
/// The short texts that this thread read last: names of profiles, schemes, strategies and tensors, which nearly every message repeats. Reading one again allocates nothing. A fixed number of places for a
/// thread; whoever sends other texts takes places, and no more memory.
/// </summary>
internal static class RecentTexts
{
    /// <summary>The longest text that is remembered, in bytes: 32.</summary>
    public const int LongestBytes = 32;

    private const int Places = 128;

    [ThreadStatic]
    private static string?[]? _texts;

    /// <summary>Gets the one place where a text may be.</summary>
    public static ref string? PlaceOf(ReadOnlySpan<byte> text)
    {
        unchecked
        {
            ulong mixed = (ulong)text.Length;
            for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
            {
                mixed = (mixed ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * 0x9E37_79B9_7F4A_7C15;
            }

            foreach (byte value in text)
            {
                mixed = (mixed ^ value) * 0x9E37_79B9_7F4A_7C15;
            }

            return ref (_texts ??= new string?[Places])[(int)(mixed >> 57)];
        }
    }
}
