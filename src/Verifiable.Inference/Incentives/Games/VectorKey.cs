namespace Verifiable.Inference.Incentives.Games;

/// <summary>A vector as a key: equal where all elements are. The array must not change afterwards.</summary>
internal readonly struct VectorKey<T>(T[] values) : IEquatable<VectorKey<T>>
    where T : IEquatable<T>
{
    private readonly T[] _values = values;

    public bool Equals(VectorKey<T> other) => _values.AsSpan().SequenceEqual(other._values);

    public override bool Equals(object? obj) => obj is VectorKey<T> other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (T value in _values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
