using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// MatMulNBits of <c>com.microsoft</c>: rows times weights of 2, 4 or 8 bits with a scale for each block along the sum. From the bias, or +0, block by block: a = the chain of
/// fma(x, fl(q − zero), a) from +0, total = fma(a, scale, total). Without zero points they are half the range. <c>accuracy_level</c>, which allows others to compute in less, is not looked at.
/// </summary>
internal sealed class MatMulNBitsOperator : BoundOperator
{
    private const int MostBlock = 1 << 20;

    private readonly long _depth;
    private readonly long _columns;
    private readonly int _bits;
    private readonly int _block;
    private readonly BlockWeights? _packed;

    private MatMulNBitsOperator(NodeBinder binder)
    {
        binder.Arity(3, 6);
        if (binder.Node.HasInput(4))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected no g_idx, which orders blocks anew, got one.");
        }

        binder.Ignore("accuracy_level");
        _depth = binder.RequiredInt("K");
        _columns = binder.RequiredInt("N");
        long bits = binder.Int("bits", 4);
        long block = binder.RequiredInt("block_size");
        if (_depth is < 1 or > int.MaxValue || _columns is < 1 or > int.MaxValue || bits is not (2 or 4 or 8) || block is < 8 or > MostBlock || !long.IsPow2(block))
        {
            binder.Refuse(
                ModelRefusalReason.BadAttribute,
                $"Expected K and N of 1 or more, bits of 2, 4 or 8, and a block_size that is a power of 2 from 8 on, got {_depth}, {_columns}, {bits} and {block}.");
            (_depth, _columns, bits, block) = (1, 1, 8, 8);
        }

        (_bits, _block) = ((int)bits, (int)block);
        _packed = Pack(binder);
    }

    internal static OperatorDefinition Definition { get; } =
        new("MatMulNBits", 1, binder => new MatMulNBitsOperator(binder), domain: "com.microsoft", floats: FloatInputs.Of(0, 2, 5) with { HasDouble = false });

    internal override bool FinishesOutput => true;

    private long Blocks => (_depth + _block - 1) / _block;

    private long BlockBytes => (long)_block * _bits / 8;

    private long ZeroBytes => ((Blocks * _bits) + 7) / 8;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        long row = index / _columns;
        long column = index % _columns;
        float total = inputs.Has(5) ? inputs.ReadSingle(5, column) : 0f;
        for (long block = 0; block < Blocks; block++)
        {
            float sum = 0f;
            for (long k = block * _block; k < Math.Min(_depth, (block + 1) * _block); k++)
            {
                long at = (((column * Blocks) + block) * _block) + (k % _block);
                int weight = Number((int)inputs.ReadInteger(1, at * _bits / 8), (int)(at * _bits % 8));
                sum = CanonicalMath.FusedMultiplyAdd(inputs.ReadSingle(0, (row * _depth) + k), Subtract(inputs, column, block, weight), sum);
            }

            total = CanonicalMath.FusedMultiplyAdd(sum, inputs.ReadSingle(2, (column * Blocks) + block), total);
        }

        return ElementBits.Of(total);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape left = inputs.ShapeOf(0);
        if (left.Rank < 1 || left[left.Rank - 1] != _depth)
        {
            return $"Expected rows of {_depth} elements, got {left}.";
        }

        long[] lengths = [.. left.Lengths];
        lengths[^1] = _columns;
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32)
            ?? Faults.RequireType(inputs, 1, ElementType.UInt8)
            ?? Faults.RequireType(inputs, 2, ElementType.Float32)
            ?? (inputs.Has(3) ? Faults.RequireType(inputs, 3, ElementType.UInt8, ElementType.Float32) : null)
            ?? (inputs.Has(5) ? Faults.RequireType(inputs, 5, ElementType.Float32) : null)
            ?? RequireCount(inputs, 1, (Int128)_columns * Blocks * BlockBytes)
            ?? RequireCount(inputs, 2, (Int128)_columns * Blocks)
            ?? (inputs.Has(3) ? RequireCount(inputs, 3, _columns * (Int128)(inputs.TypeOf(3) == ElementType.UInt8 ? ZeroBytes : Blocks)) : null)
            ?? (inputs.Has(5) ? RequireCount(inputs, 5, _columns) : null);
        TensorShape shape = default;
        fault ??= Faults.Shape(lengths, out shape);
        outputs[0] = new TensorSignature(ElementType.Float32, shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) =>
        (_packed is null ? BlockWeights.BytesOf(_depth, _columns, _block, mayBeWide: true) : 0) + (16 * (Int128)BlockWeights.PanelWidth * threads);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 } output)
        {
            return;
        }

        TensorValue x = inputs[0]!;
        TensorValue? bias = inputs.Length > 5 ? inputs[5] : null;
        BlockWeights weights = _packed ?? BlockWeights.Pack(context, Source(inputs[1]!, inputs[2]!, inputs.Length > 3 ? inputs[3] : null));
        (int rows, int depth, int columns) = (output.Length / (int)_columns, (int)_depth, (int)_columns);
        int width = BlockWeights.PanelWidth;
        context.For(weights.PanelCount, (long)rows * depth * width / 16, (from, to) =>
        {
            Span<float> totals = stackalloc float[4 * 64];
            for (int panel = from; panel < to; panel++)
            {
                int first = panel * width;
                int count = Math.Min(width, columns - first);
                for (int row = 0; row < rows;)
                {
                    int together = rows - row >= 4 ? 4 : 1;
                    totals.Clear();
                    for (int i = 0; bias is not null && i < together; i++)
                    {
                        bias.AsSpan<float>().Slice(first, count).CopyTo(totals[(i * width)..]);
                    }

                    weights.Multiply(x.AsSpan<float>()[(row * depth)..], together, panel, totals);
                    for (int i = 0; i < together; i++)
                    {
                        int start = ((row + i) * columns) + first;
                        Span<float> values = output.AsSpan<float>().Slice(start, count);
                        totals.Slice(i * width, count).CopyTo(values);
                        context.Finish(values, start);
                    }

                    row += together;
                }
            }
        });
    }

    private static string? RequireCount(OperatorInputs inputs, int input, Int128 count) =>
        inputs.ShapeOf(input).ElementCount == count ? null : $"Expected {count} elements in input {input}, got {inputs.ShapeOf(input)}.";

    private int Number(int holder, int shift) => (holder >> shift) & ((1 << _bits) - 1);

    private float Subtract(OperatorInputs inputs, long column, long block, int weight)
    {
        if (!inputs.Has(3))
        {
            return weight - (1 << (_bits - 1));
        }

        return inputs.TypeOf(3) == ElementType.UInt8
            ? weight - Number((int)inputs.ReadInteger(3, (column * ZeroBytes) + (block * _bits / 8)), (int)(block * _bits % 8))
            : weight - inputs.ReadSingle(3, (column * Blocks) + block);
    }

    private BlockWeights? Pack(NodeBinder binder)
    {
        (TensorValue? weights, TensorValue? scales, TensorValue? zeros) = (binder.Constant(1), binder.Constant(2), binder.Constant(3));
        bool fits = weights is { Type: ElementType.UInt8 } && scales is { Type: ElementType.Float32 } && (zeros is not null || !binder.Node.HasInput(3))
            && weights.Length == (Int128)_columns * Blocks * BlockBytes && scales.Length == (Int128)_columns * Blocks
            && (zeros is null || (zeros.Type == ElementType.UInt8 && zeros.Length == (Int128)_columns * ZeroBytes)
                || (zeros.Type == ElementType.Float32 && zeros.Length == (Int128)_columns * Blocks));
        Int128 bytes = BlockWeights.BytesOf(_depth, _columns, _block, mayBeWide: zeros is { Type: ElementType.Float32 } || (zeros is not null && _bits == 8));
        if (!fits || !binder.TryReserve(bytes))
        {
            return null;
        }

        var packed = BlockWeights.Pack(new OperatorContext(), Source(weights!, scales!, zeros));
        MappedFile.LetGo(weights!.Bytes);
        return packed;
    }

    private StoredBlocks Source(TensorValue weights, TensorValue scales, TensorValue? zeros) => new(this, weights, scales, zeros);

    private sealed class StoredBlocks(MatMulNBitsOperator owner, TensorValue weights, TensorValue scales, TensorValue? zeros) : IBlockSource
    {
        public int Depth => (int)owner._depth;

        public int Columns => (int)owner._columns;

        public int Block => owner._block;

        public (int Least, int Most) Range()
        {
            int most = (1 << owner._bits) - 1;
            if (zeros is null)
            {
                return (-(most + 1) / 2, most / 2);
            }

            if (zeros.Type == ElementType.Float32)
            {
                return (int.MinValue, int.MaxValue);
            }

            // What the zero points allow, without a look at the weights: the form follows from them alone.
            (int lowest, int highest) = (most, 0);
            for (int column = 0; column < Columns; column++)
            {
                for (int block = 0; block < owner.Blocks; block++)
                {
                    int zero = ZeroOf(column, block);
                    (lowest, highest) = (Math.Min(lowest, zero), Math.Max(highest, zero));
                }
            }

            return (-highest, most - lowest);
        }

        public float Scale(int column, int block) => scales.AsSpan<float>()[(column * (int)owner.Blocks) + block];

        public float Weight(int column, int block, int place)
        {
            int at = (block * owner._block) + place;
            int bit = at * owner._bits;
            int weight = owner.Number(weights.Bytes.Span[(int)((column * owner.Blocks * owner.BlockBytes) + (bit / 8))], bit % 8);
            return zeros is { Type: ElementType.Float32 } ? weight - zeros.AsSpan<float>()[(column * (int)owner.Blocks) + block] : weight - ZeroOf(column, block);
        }

        public void Read(int column, int block, int length, Span<sbyte> to, int stride, bool asHalves)
        {
            int zero = ZeroOf(column, block);
            int start = (int)(((column * owner.Blocks) + block) * owner.BlockBytes);
            ReadOnlySpan<byte> from = weights.Bytes.Span.Slice(start, (int)owner.BlockBytes);
            for (int k = 0; k < length; k++)
            {
                int weight = owner.Number(from[k * owner._bits / 8], k * owner._bits % 8) - zero;
                if (!asHalves)
                {
                    to[k * stride] = (sbyte)weight;
                }
                else if (k % 2 == 0)
                {
                    to[k / 2 * stride] = (sbyte)(weight & 0xF);
                }
                else
                {
                    to[k / 2 * stride] = unchecked((sbyte)((byte)to[k / 2 * stride] | (weight << 4)));
                }
            }
        }

        private int ZeroOf(int column, int block)
        {
            if (zeros is null || zeros.Type != ElementType.UInt8)
            {
                return 1 << (owner._bits - 1);
            }

            int bit = block * owner._bits;
            return owner.Number(zeros.Bytes.Span[(int)((column * owner.ZeroBytes) + (bit / 8))], bit % 8);
        }
    }
}
