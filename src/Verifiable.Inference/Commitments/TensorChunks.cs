using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>Gives and hashes a tensor's chunks in committed order, a few at a time.</summary>
internal static class TensorChunks
{
    /// <summary>The number of bytes transposed at once: with 4096 rows, two cache lines of each.</summary>
    internal const int TransposeBytes = 512 * 1024;

    /// <summary>The longest tensor whose leaf is hashed from the stack.</summary>
    internal const int ShortBytes = 1024 - MerkleTree.LeafPrefixSize;

    private const int TileHeight = 8;
    private const int TileWidthBytes = 128;

    /// <summary>Computes the leaf digest of a short tensor whose one chunk is its bytes as they lie: most inputs and outputs of small models, which a request commits to several times over.</summary>
    /// <returns>False where there are no bytes, more than a short chunk of them, another order, or other NaNs: then <see cref="HashLeaves"/> does it.</returns>
    public static bool TryHashOnly(TensorValue tensor, TensorHeader header, out Digest leaf)
    {
        leaf = default;
        if (header.ChunkCount != 1 || header.ByteLength > ShortBytes || !LayoutOrder.Of(header.Shape, header.Layout).IsRowMajor || CanonicalNaN.HasOther(header.Type, tensor.Bytes.Span))
        {
            return false;
        }

        leaf = MerkleTree.HashLeaf(0, tensor.Bytes.Span);
        return true;
    }

    /// <summary>Computes the leaf digests of consecutive chunks.</summary>
    public static void HashLeaves(TensorValue tensor, TensorHeader header, long firstChunk, Span<Digest> leaves)
    {
        bool inPlace = LayoutOrder.Of(header.Shape, header.Layout).IsRowMajor;
        int batch = inPlace ? 1 : Math.Max(1, Math.Min(TransposeBytes / header.ChunkSize, leaves.Length));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(batch * header.ChunkSize);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int done = 0; done < leaves.Length; done += batch)
        {
            Span<Digest> next = leaves[done..Math.Min(done + batch, leaves.Length)];
            long firstByte = (firstChunk + done) * header.ChunkSize;
            int length = (int)Math.Min((long)next.Length * header.ChunkSize, header.ByteLength - firstByte);
            ReadOnlySpan<byte> bytes = inPlace ? tensor.Bytes.Span.Slice((int)firstByte, length) : default;
            if (!inPlace || CanonicalNaN.HasOther(header.Type, bytes))
            {
                Copy(tensor, header, firstByte, buffer.AsSpan(0, length));
                bytes = buffer.AsSpan(0, length);
            }

            HashBatch(hash, bytes, header.ChunkSize, firstChunk + done, next);
        }

        // The elements may be private.
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
    }

    /// <summary>Copies committed bytes from a place that is a multiple of the element size.</summary>
    public static void Copy(TensorValue tensor, TensorHeader header, long firstByte, Span<byte> destination)
    {
        var order = LayoutOrder.Of(header.Shape, header.Layout);
        int size = ElementTypes.SizeOf(header.Type);
        if (order.IsRowMajor)
        {
            CanonicalNaN.Copy(header.Type, tensor.Bytes.Span.Slice((int)firstByte, destination.Length), destination);
            return;
        }

        switch (size)
        {
            case sizeof(byte):
                Transpose<byte>(tensor, order, firstByte, destination);
                break;
            case sizeof(ushort):
                Transpose<ushort>(tensor, order, firstByte, destination);
                break;
            case sizeof(uint):
                Transpose<uint>(tensor, order, firstByte, destination);
                break;
            default:
                Transpose<ulong>(tensor, order, firstByte, destination);
                break;
        }

        CanonicalNaN.Copy(header.Type, destination, destination);
    }

    private static void HashBatch(IncrementalHash hash, ReadOnlySpan<byte> bytes, int chunkSize, long firstChunk, Span<Digest> leaves)
    {
        Span<byte> prefix = stackalloc byte[MerkleTree.LeafPrefixSize];
        Span<byte> digest = stackalloc byte[Digest.Size];
        for (int i = 0; i < leaves.Length; i++)
        {
            ReadOnlySpan<byte> chunk = bytes.Slice(i * chunkSize, Math.Min(chunkSize, bytes.Length - (i * chunkSize)));
            MerkleTree.WriteLeafPrefix(prefix, firstChunk + i, chunk.Length);
            hash.AppendData(prefix);
            hash.AppendData(chunk);
            _ = hash.GetHashAndReset(digest);
            leaves[i] = new Digest(digest);
        }
    }

    // Fills the destination with the elements from a committed place on: the end of a column, whole columns, the start of a column, matrix by matrix.
    private static void Transpose<T>(TensorValue tensor, LayoutOrder order, long firstByte, Span<byte> destinationBytes)
        where T : unmanaged
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span);
        Span<T> destination = MemoryMarshal.Cast<byte, T>(destinationBytes);
        int rows = (int)order.Rows;
        int columns = (int)order.Columns;
        int place = (int)(firstByte / Unsafe.SizeOf<T>());
        while (!destination.IsEmpty)
        {
            (int matrix, int within) = Math.DivRem(place, rows * columns);
            (int column, int row) = Math.DivRem(within, rows);
            ReadOnlySpan<T> from = source.Slice(matrix * rows * columns, rows * columns);
            int wholeColumns = row == 0 ? Math.Min(columns - column, destination.Length / rows) : 0;
            int count = wholeColumns > 0 ? wholeColumns * rows : Math.Min(rows - row, destination.Length);
            if (wholeColumns > 0)
            {
                CopyColumns(from, columns, column, wholeColumns, rows, destination);
            }
            else
            {
                CopyColumnPart(from[((row * columns) + column)..], columns, destination[..count]);
            }

            destination = destination[count..];
            place += count;
        }
    }

    private static void CopyColumnPart<T>(ReadOnlySpan<T> from, int stride, Span<T> column)
    {
        int at = 0;
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = from[at];
            unchecked
            {
                // May pass the end of the matrix after the last element, where it is not read.
                at += stride;
            }
        }
    }

    // Goes by tiles that the first-level cache holds even where rows or columns lie a power of two apart and compete for the same places in it.
    private static void CopyColumns<T>(ReadOnlySpan<T> from, int stride, int firstColumn, int columns, int rows, Span<T> destination)
        where T : unmanaged
    {
        int width = TileWidthBytes / Unsafe.SizeOf<T>();
        for (int left = 0; left < columns; left += width)
        {
            int right = Math.Min(left + width, columns);
            for (int top = 0; top < rows; top += TileHeight)
            {
                int height = Math.Min(TileHeight, rows - top);
                for (int column = left; column < right; column++)
                {
                    CopyColumnPart(from[((top * stride) + firstColumn + column)..], stride, destination.Slice((column * rows) + top, height));
                }
            }
        }
    }
}
