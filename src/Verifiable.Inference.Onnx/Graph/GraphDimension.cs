using System.Globalization;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>One dimension of a graph input or output: a length, a name that stands for a length, or nothing. Immutable; <c>default</c> is a dimension that the model leaves open.</summary>
public readonly record struct GraphDimension
{
    private readonly long _lengthPlusOne;
    private readonly string? _symbol;

    private GraphDimension(long lengthPlusOne, string? symbol)
    {
        _lengthPlusOne = lengthPlusOne;
        _symbol = symbol;
    }

    /// <summary>Gets a value indicating whether the length is given.</summary>
    public bool IsFixed => _lengthPlusOne != 0;

    /// <summary>Gets the length, 0 or more.</summary>
    /// <exception cref="InvalidOperationException">The length is not given.</exception>
    public long Length => IsFixed ? _lengthPlusOne - 1 : throw new InvalidOperationException($"Expected a dimension of fixed length, got '{this}'.");

    /// <summary>Gets the name that stands for the length; empty when the length is given or the dimension is left open.</summary>
    public string Symbol => _symbol ?? string.Empty;

    /// <summary>Creates a dimension of a given length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or 2^63 − 1.</exception>
    public static GraphDimension Of(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfEqual(length, long.MaxValue);
        return new GraphDimension(length + 1, null);
    }

    /// <summary>Creates a dimension whose length has a name: dimensions of one name have one length in each run.</summary>
    public static GraphDimension Named(string symbol)
    {
        ArgumentException.ThrowIfNullOrEmpty(symbol);
        return new GraphDimension(0, symbol);
    }

    /// <summary>Converts a length to a dimension.</summary>
    public static implicit operator GraphDimension(long length) => Of(length);

    /// <summary>Converts a name to a dimension.</summary>
    public static implicit operator GraphDimension(string symbol) => Named(symbol);

    /// <summary>Converts a length to a dimension.</summary>
    public static GraphDimension FromInt64(long length) => Of(length);

    /// <summary>Converts a name to a dimension.</summary>
    public static GraphDimension FromString(string symbol) => Named(symbol);

    /// <summary>Writes the length, the name, or <c>?</c>.</summary>
    public override string ToString() => IsFixed ? Length.ToString(CultureInfo.InvariantCulture) : Symbol.Length == 0 ? "?" : Symbol;
}
