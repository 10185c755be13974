using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Fills memory with one element.</summary>
internal static class ElementFill
{
    /// <summary>Writes an element of 1, 2, 4 or 8 bytes everywhere.</summary>
    internal static void Run(Span<byte> elements, ReadOnlySpan<byte> element)
    {
        switch (element.Length)
        {
            case 1:
                elements.Fill(element[0]);
                break;
            case 2:
                MemoryMarshal.Cast<byte, ushort>(elements).Fill(MemoryMarshal.Read<ushort>(element));
                break;
            case 4:
                MemoryMarshal.Cast<byte, uint>(elements).Fill(MemoryMarshal.Read<uint>(element));
                break;
            default:
                MemoryMarshal.Cast<byte, ulong>(elements).Fill(MemoryMarshal.Read<ulong>(element));
                break;
        }
    }

    /// <summary>Writes the low bits everywhere.</summary>
    internal static void Run(Span<byte> elements, ulong bits, int size)
    {
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        MemoryMarshal.Write(element, bits);
        Run(elements, element[..size]);
    }
}
