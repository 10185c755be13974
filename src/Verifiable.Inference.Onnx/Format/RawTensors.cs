using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Finds the raw bytes of tensors that <see cref="RawSplitter"/> took out of a file. Immutable.</summary>
internal sealed class RawTensors
{
    private readonly ReadOnlyMemory<byte> _file;
    private readonly IReadOnlyList<Range> _places;
    private readonly bool _mayKeep;

    /// <summary>Creates a finder.</summary>
    /// <param name="file">The file.</param>
    /// <param name="places">The places of the raw bytes.</param>
    /// <param name="mayKeep">Whether tensors may lie in the file's memory; otherwise they are copied.</param>
    public RawTensors(ReadOnlyMemory<byte> file, IReadOnlyList<Range> places, bool mayKeep)
    {
        _file = file;
        _places = places;
        _mayKeep = mayKeep;
    }

    /// <summary>Gets the raw bytes that a number stands for, or nothing when they are not as many as wanted.</summary>
    /// <param name="number">What stands in the tensor's record.</param>
    /// <param name="size">The number of bytes wanted.</param>
    /// <param name="elementSize">The size of an element.</param>
    /// <param name="found">The number of bytes found.</param>
    public ReadOnlyMemory<byte> Get(ByteString number, int size, int elementSize, out int found)
    {
        ReadOnlyMemory<byte> bytes = _file[_places[BinaryPrimitives.ReadInt32LittleEndian(number.Span)]];
        found = bytes.Length;
        return found != size ? default : _mayKeep && CanReadInPlace(bytes.Span, elementSize) ? bytes : bytes.ToArray();
    }

    /// <summary>Tells whether elements may be read where they lie.</summary>
    /// <remarks>Files align nothing. The processors named read at any address, and across cache lines a vector is read as often from an aligned array, which .NET aligns
    /// to eight bytes only; others may fault.</remarks>
    public static bool CanReadInPlace(ReadOnlySpan<byte> bytes, int elementSize) =>
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        || IsAligned(in MemoryMarshal.GetReference(bytes), (nuint)elementSize);

    // An array may be moved, but to an address as well aligned.
    private static unsafe bool IsAligned(ref readonly byte first, nuint size) => (nuint)Unsafe.AsPointer(in first) % size == 0;
}
