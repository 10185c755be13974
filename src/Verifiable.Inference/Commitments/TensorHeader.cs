using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>What a tensor commitment says beside the elements: type, shape, layout, chunk size. Immutable; equal by content.</summary>
public sealed record TensorHeader : ICanonical<TensorHeader>
{
    /// <summary>The chunk size where none is given: 16384 bytes.</summary>
    public const int DefaultChunkSize = 16384;

    /// <summary>The least chunk size: 64 bytes.</summary>
    public const int MinChunkSize = 64;

    /// <summary>The largest chunk size: 1048576 bytes.</summary>
    public const int MaxChunkSize = 1 << 20;

    private const string Domain = "vinf/tensor/v1";

    // The only hash there is; a number in the encoding, so that another one can never be passed off as it.
    private const byte Sha256Id = 1;

    /// <summary>Creates a header.</summary>
    /// <param name="type">The elements' type.</param>
    /// <param name="shape">The axis lengths.</param>
    /// <param name="layout">The order in which elements are committed.</param>
    /// <param name="chunkSize">The size of a chunk in bytes: a power of two of <see cref="MinChunkSize"/> to <see cref="MaxChunkSize"/>.</param>
    /// <exception cref="ArgumentException">The type or the layout is unknown, the chunk size is not allowed, or the tensor's bytes do not fit in 63 bits.</exception>
    public TensorHeader(ElementType type, TensorShape shape, TensorLayout layout = TensorLayout.RowMajor, int chunkSize = DefaultChunkSize)
    {
        if (!IsAllowed(chunkSize))
        {
            throw new ArgumentException($"Expected a power of two of {MinChunkSize} to {MaxChunkSize} bytes, got {chunkSize}.", nameof(chunkSize));
        }

        if (!IsAllowed(layout))
        {
            throw new ArgumentException($"Expected a layout other than {nameof(TensorLayout.None)}, got {layout}.", nameof(layout));
        }

        if (!TryGetByteLength(type, shape, out long byteLength))
        {
            throw new ArgumentException($"Expected a known element type and a shape whose bytes fit in 63 bits, got {type}{shape}.", nameof(shape));
        }

        Type = type;
        Shape = shape;
        Layout = layout;
        ChunkSize = chunkSize;
        ByteLength = byteLength;
    }

    /// <summary>Gets the elements' type.</summary>
    public ElementType Type { get; }

    /// <summary>Gets the axis lengths.</summary>
    public TensorShape Shape { get; }

    /// <summary>Gets the order in which elements are committed.</summary>
    public TensorLayout Layout { get; }

    /// <summary>Gets the size in bytes of every chunk but the last, which may be shorter.</summary>
    public int ChunkSize { get; }

    /// <summary>Gets the size of all elements in bytes.</summary>
    public long ByteLength { get; }

    /// <summary>Gets the number of chunks; 0 for a tensor without elements.</summary>
    public long ChunkCount => (ByteLength / ChunkSize) + (ByteLength % ChunkSize == 0 ? 0 : 1);

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TensorHeader? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        byte hashId = reader.ReadByte();
        var type = (ElementType)reader.ReadByte();
        var layout = (TensorLayout)reader.ReadByte();
        uint chunkSize = reader.ReadUInt32();
        int rank = reader.ReadByte();
        if (reader.Failed || hashId != Sha256Id || rank > TensorShape.MaxRank)
        {
            reader.Fail();
            return false;
        }

        Span<long> lengths = stackalloc long[TensorShape.MaxRank];
        for (int axis = 0; axis < rank; axis++)
        {
            lengths[axis] = reader.ReadInt64();
        }

        long byteLength = reader.ReadInt64();
        if (reader.Failed || !IsAllowed(chunkSize) || !IsAllowed(layout) || !TensorShape.TryCreate(lengths[..rank], out TensorShape shape)
            || !TryGetByteLength(type, shape, out long expected) || byteLength != expected)
        {
            reader.Fail();
            return false;
        }

        value = new TensorHeader(type, shape, layout, (int)chunkSize);
        return true;
    }

    /// <summary>Gets the size of a chunk in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chunk.</exception>
    public int LengthOf(long chunk)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunk);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chunk, ChunkCount);
        return (int)Math.Min(ChunkSize, ByteLength - (chunk * ChunkSize));
    }

    /// <summary>Gets the place of an element in the committed bytes.</summary>
    /// <param name="index">One index an axis, outermost first.</param>
    /// <exception cref="ArgumentException">There are not as many indices as axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not below its axis' length.</exception>
    public TensorPosition Locate(params ReadOnlySpan<long> index)
    {
        if (index.Length != Shape.Rank)
        {
            throw new ArgumentException($"Expected {Shape.Rank} indices for shape {Shape}, got {index.Length}.", nameof(index));
        }

        long rowMajor = 0;
        for (int axis = 0; axis < index.Length; axis++)
        {
            if (index[axis] < 0 || index[axis] >= Shape[axis])
            {
                throw new ArgumentOutOfRangeException(nameof(index), $"Expected an index of 0 to {Shape[axis] - 1} for axis {axis}, got {index[axis]}.");
            }

            rowMajor = (rowMajor * Shape[axis]) + index[axis];
        }

        return LocateRowMajor(rowMajor);
    }

    /// <summary>Gets the place of an element, given by its row-major place, in the committed bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public TensorPosition LocateRowMajor(long element)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(element);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(element, Shape.ElementCount);
        long offset = LayoutOrder.Of(Shape, Layout).PlaceOf(element) * ElementTypes.SizeOf(Type);
        return new TensorPosition(offset / ChunkSize, (int)(offset % ChunkSize));
    }

    /// <summary>Gets the row-major place of the element that begins at a place in the committed bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No element begins there.</exception>
    public long ElementAt(TensorPosition position)
    {
        int size = ElementTypes.SizeOf(Type);
        if (position.Chunk < 0 || position.Chunk >= ChunkCount || position.Offset < 0 || position.Offset >= LengthOf(position.Chunk) || position.Offset % size != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(position), position, $"Expected the first byte of an element in one of {ChunkCount} chunks.");
        }

        return LayoutOrder.Of(Shape, Layout).RowMajorOf(((position.Chunk * ChunkSize) + position.Offset) / size);
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteByte(Sha256Id);
        writer.WriteByte((byte)Type);
        writer.WriteByte((byte)Layout);
        writer.WriteUInt32((uint)ChunkSize);
        writer.WriteByte((byte)Shape.Rank);
        foreach (long length in Shape.Lengths)
        {
            writer.WriteInt64(length);
        }

        writer.WriteInt64(ByteLength);
    }

    /// <summary>Computes the commitment: the digest of this header's encoding followed by the root over the chunks.</summary>
    internal Digest Commit(Digest merkleRoot)
    {
        CanonicalWriter writer = new(stackalloc byte[256]);
        WriteTo(ref writer);
        writer.WriteDigest(merkleRoot);
        Digest commitment = writer.ToDigest();
        writer.Dispose();
        return commitment;
    }

    // A power of two of at least 64 is a multiple of every element size.
    private static bool IsAllowed(long chunkSize) => chunkSize is >= MinChunkSize and <= MaxChunkSize && BitOperations.IsPow2(chunkSize);

    private static bool IsAllowed(TensorLayout layout) => layout is TensorLayout.RowMajor or TensorLayout.ByColumn or TensorLayout.ChannelsLast;

    private static bool TryGetByteLength(ElementType type, TensorShape shape, out long byteLength)
    {
        int size = ElementTypes.SizeOf(type);
        bool fits = size != 0 && shape.ElementCount <= long.MaxValue / size;
        byteLength = fits ? shape.ElementCount * size : 0;
        return fits;
    }
}
