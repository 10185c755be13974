using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>The value of one attribute. Immutable and thread-safe; equal by kind and exact bits, so that −0 and +0 differ.</summary>
public sealed class AttributeValue : IEquatable<AttributeValue>
{
    private readonly object _value;

    private AttributeValue(AttributeKind kind, object value)
    {
        Kind = kind;
        _value = value;
    }

    /// <summary>Gets what the attribute holds; never <see cref="AttributeKind.None"/>.</summary>
    public AttributeKind Kind { get; }

    /// <summary>Gets the float.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public float Float => Get<float>(AttributeKind.Float);

    /// <summary>Gets the integer.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public long Int => Get<long>(AttributeKind.Int);

    /// <summary>Gets the bytes of the text, which need not be UTF-8.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public ImmutableArray<byte> TextBytes => Get<ImmutableArray<byte>>(AttributeKind.Text);

    /// <summary>Gets the text; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public string Text => Encoding.UTF8.GetString(TextBytes.AsSpan());

    /// <summary>Gets the tensor.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public TensorValue Tensor => Get<TensorValue>(AttributeKind.Tensor);

    /// <summary>Gets the floats.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public ImmutableArray<float> Floats => Get<ImmutableArray<float>>(AttributeKind.Floats);

    /// <summary>Gets the integers.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public ImmutableArray<long> Ints => Get<ImmutableArray<long>>(AttributeKind.Ints);

    /// <summary>Gets the bytes of the texts.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public ImmutableArray<ImmutableArray<byte>> TextsBytes => Get<ImmutableArray<ImmutableArray<byte>>>(AttributeKind.Texts);

    /// <summary>Gets the texts; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public ImmutableArray<string> Texts => [.. TextsBytes.Select(bytes => Encoding.UTF8.GetString(bytes.AsSpan()))];

    /// <summary>Gets the body.</summary>
    /// <exception cref="InvalidOperationException">The attribute holds something else.</exception>
    public GraphBody Graph => Get<GraphBody>(AttributeKind.Graph);

    /// <summary>Creates an attribute of one float.</summary>
    public static AttributeValue Of(float value) => new(AttributeKind.Float, value);

    /// <summary>Creates an attribute of one integer.</summary>
    public static AttributeValue Of(long value) => new(AttributeKind.Int, value);

    /// <summary>Creates an attribute of text.</summary>
    public static AttributeValue Of(string value) => OfBytes([.. Encoding.UTF8.GetBytes(value)]);

    /// <summary>Creates an attribute of text given as bytes.</summary>
    public static AttributeValue OfBytes(ImmutableArray<byte> value) => new(AttributeKind.Text, value.IsDefault ? [] : value);

    /// <summary>Creates an attribute of one tensor.</summary>
    public static AttributeValue Of(TensorValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(AttributeKind.Tensor, value);
    }

    /// <summary>Creates an attribute of the body of a graph node.</summary>
    public static AttributeValue Of(GraphBody value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(AttributeKind.Graph, value);
    }

    /// <summary>Creates an attribute of a list of floats.</summary>
    public static AttributeValue Of(params ReadOnlySpan<float> values) => new(AttributeKind.Floats, values.ToImmutableArray());

    /// <summary>Creates an attribute of a list of integers.</summary>
    public static AttributeValue Of(params ReadOnlySpan<long> values) => new(AttributeKind.Ints, values.ToImmutableArray());

    /// <summary>Creates an attribute of a list of texts given as bytes.</summary>
    public static AttributeValue OfTexts(ImmutableArray<ImmutableArray<byte>> values) =>
        new(AttributeKind.Texts, values.IsDefault ? ImmutableArray<ImmutableArray<byte>>.Empty : values);

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] AttributeValue? other) => other is not null && Kind == other.Kind && Kind switch
    {
        AttributeKind.Float => BitConverter.SingleToUInt32Bits(Float) == BitConverter.SingleToUInt32Bits(other.Float),
        AttributeKind.Int => Int == other.Int,
        AttributeKind.Text => TextBytes.AsSpan().SequenceEqual(other.TextBytes.AsSpan()),
        AttributeKind.Tensor => Tensor.Equals(other.Tensor),
        AttributeKind.Graph => Graph.Equals(other.Graph),
        AttributeKind.Floats => Floats.Select(BitConverter.SingleToUInt32Bits).SequenceEqual(other.Floats.Select(BitConverter.SingleToUInt32Bits)),
        AttributeKind.Ints => Ints.AsSpan().SequenceEqual(other.Ints.AsSpan()),
        AttributeKind.Texts => TextsBytes.Length == other.TextsBytes.Length
            && TextsBytes.Zip(other.TextsBytes).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second.AsSpan())),
        _ => false,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AttributeValue);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind switch
    {
        AttributeKind.Float or AttributeKind.Int or AttributeKind.Tensor or AttributeKind.Graph => HashCode.Combine(Kind, _value),
        AttributeKind.Text => HashCode.Combine(Kind, TextBytes.Length),
        AttributeKind.Floats => HashCode.Combine(Kind, Floats.Length),
        AttributeKind.Ints => HashCode.Combine(Kind, Ints.Length),
        _ => HashCode.Combine(Kind),
    };

    /// <summary>Writes the kind only: lists and tensors may be long.</summary>
    public override string ToString() => Kind.ToString();

    private T Get<T>(AttributeKind kind) => kind == Kind ? (T)_value : throw new InvalidOperationException($"Expected an attribute of kind {kind}, got {Kind}.");
}
