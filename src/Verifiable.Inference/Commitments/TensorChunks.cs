using System.Buffers;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>Gives and hashes a tensor's chunks in committed order, a few at a time.</summary>
internal static class TensorChunks
{
    /// <summary>The number of bytes transposed at once. Each pass reads a cache line of every row, and this much uses the whole lines of up to 4096 rows.</summary>
    internal const int TransposeBytes = 256 * 1024;

    private const int CacheLine = 64;

    /// <summary>Computes the leaf digests of consecutive chunks.</summary>
    public static void HashLeaves(TensorValue tensor, TensorHeader header, long firstChunk, Span<Digest> leaves)
    {
        bool transposes = !LayoutOrder.Of(header.Shape, header.Layout).IsRowMajor;
        int batch = transposes ? Math.Max(1, TransposeBytes / header.ChunkSize) : 1;
        batch = Math.Min(batch, Math.Max(1, leaves.Length));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MerkleTree.LeafPrefixSize + (batch * header.ChunkSize));
        for (int done = 0; done < leaves.Length; done += batch)
        {
            HashBatch(tensor, header, firstChunk + done, leaves[done..Math.Min(done + batch, leaves.Length)], buffer);
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

        CanonicalNaN.Replace(header.Type, destination);
    }

    private static void HashBatch(TensorValue tensor, TensorHeader header, long firstChunk, Span<Digest> leaves, byte[] buffer)
    {
        long firstByte = firstChunk * header.ChunkSize;
        int length = (int)Math.Min((long)leaves.Length * header.ChunkSize, header.ByteLength - firstByte);
        Span<byte> bytes = buffer.AsSpan(0, MerkleTree.LeafPrefixSize + length);
        Copy(tensor, header, firstByte, bytes[MerkleTree.LeafPrefixSize..]);
        for (int i = 0; i < leaves.Length; i++)
        {
            // The prefix goes over the tail of the chunk before, which is hashed already, so that one call hashes prefix and chunk.
            int chunkLength = Math.Min(header.ChunkSize, length - (i * header.ChunkSize));
            Span<byte> leaf = bytes.Slice(i * header.ChunkSize, MerkleTree.LeafPrefixSize + chunkLength);
            MerkleTree.WriteLeafPrefix(leaf, firstChunk + i, chunkLength);
            leaves[i] = Digest.Of(leaf);
        }
    }

    // Fills the destination with the elements from a committed place on: the end of a column, whole columns, the start of a column, matrix by matrix.
    private static void Transpose<T>(TensorValue tensor, LayoutOrder order, long firstByte, Span<byte> destinationBytes)
        where T : unmanaged
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span);
        Span<T> destination = MemoryMarshal.Cast<byte, T>(destinationBytes);
        int size = source.Length == 0 ? 1 : tensor.Bytes.Length / source.Length;
        int rows = (int)order.Rows;
        int columns = (int)order.Columns;
        int place = (int)(firstByte / size);
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
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = from[i * stride];
        }
    }

    // Goes down a cache line's width of columns at a time, so that each line of the source is read once.
    private static void CopyColumns<T>(ReadOnlySpan<T> from, int stride, int firstColumn, int columns, int rows, Span<T> destination)
        where T : unmanaged
    {
        int width = CacheLine / System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        for (int left = 0; left < columns; left += width)
        {
            int right = Math.Min(left + width, columns);
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<T> line = from.Slice((row * stride) + firstColumn + left, right - left);
                int to = (left * rows) + row;
                foreach (T element in line)
                {
                    destination[to] = element;
                    to += rows;
                }
            }
        }
    }
}
