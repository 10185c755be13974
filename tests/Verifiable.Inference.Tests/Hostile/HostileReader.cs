using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Reads bytes that may be hostile.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="value">What was read; <see langword="null"/> when the bytes were refused.</param>
public delegate bool TryReadHostile(ReadOnlySpan<byte> bytes, out object? value);

/// <summary>A reader of bytes from outside, for the hostile-bytes tests.</summary>
/// <param name="Name">The name in test results.</param>
/// <param name="TryRead">The reader itself.</param>
/// <param name="Encode">Encodes again what was read.</param>
/// <param name="Seeds">Makes valid encodings to start from; short ones, so that many mutants can be read.</param>
public sealed record HostileReader(string Name, TryReadHostile TryRead, Func<object, byte[]> Encode, Func<IReadOnlyList<byte[]>> Seeds)
{
    /// <summary>Makes the test entry of a canonical type.</summary>
    public static HostileReader Of<T>(Func<IEnumerable<T>> values)
        where T : ICanonical<T> => new(NameOf(typeof(T)), Read<T>, value => ((T)value).ToBytes(), () => [.. values().Select(value => value.ToBytes())]);

    public override string ToString() => Name;

    private static string NameOf(Type type) => type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`')]}<{type.GetGenericArguments()[0].Name}>" : type.Name;

    private static bool Read<T>(ReadOnlySpan<byte> bytes, out object? value)
        where T : ICanonical<T>
    {
        bool read = Canonical.TryRead(bytes, out T? typed);
        value = typed;
        return read;
    }
}
