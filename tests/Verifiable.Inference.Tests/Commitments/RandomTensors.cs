using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Commitments;

/// <summary>Draws tensors of every type, of ranks 0 to 5, with empty and single-element axes, and with NaNs, infinities, zeros of both signs and subnormals.</summary>
internal sealed class RandomTensors(int seed)
{
    public static readonly ElementType[] Types = [.. Enum.GetValues<ElementType>().Where(ElementTypes.IsKnown)];

    public static readonly TensorLayout[] Layouts = [TensorLayout.RowMajor, TensorLayout.ByColumn, TensorLayout.ChannelsLast];

    private static readonly byte[] _patterns = [0x00, 0x01, 0x7C, 0x7E, 0x7F, 0x80, 0xC0, 0xF8, 0xFC, 0xFF];

    private readonly Random _random = new(seed);

    public TensorLayout Layout() => Layouts[_random.Next(Layouts.Length)];

    public int ChunkSize() => 64 << _random.Next(5);

    public TensorValue Next()
    {
        int rank = _random.Next(6);
        long[] lengths = [.. Enumerable.Range(0, rank).Select(_ => _random.Next(12) == 0 ? 0L : _random.Next(1, rank < 3 ? 60 : 8))];
        return Next(Types[_random.Next(Types.Length)], new TensorShape(lengths));
    }

    public TensorValue Next(ElementType type, TensorShape shape)
    {
        byte[] bytes = new byte[(int)shape.ElementCount * ElementTypes.SizeOf(type)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = type == ElementType.Boolean ? (byte)_random.Next(2)
                : _random.Next(3) == 0 ? (byte)_random.Next(256) : _patterns[_random.Next(_patterns.Length)];
        }

        return TensorValue.Take(type, shape, bytes);
    }
}
