using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// NonMaxSuppression: for every batch and class, boxes by falling score (the lower index on ties), each unless it overlaps a chosen one by more than the threshold.
/// Overlap is fl(intersection ÷ union) in binary32; boxes without area overlap nothing.
/// </summary>
internal sealed class NonMaxSuppressionOperator : BoundOperator
{
    private const long MostComparisons = 1L << 32;

    private readonly bool _isCentered;

    internal NonMaxSuppressionOperator(NodeBinder binder)
    {
        binder.Arity(2, 5);
        _isCentered = binder.Flag("center_point_box");
    }

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        (int batch, int @class, int box) = (0, 0, 0);
        long left = index / 3;
        _ = Select(
            inputs,
            (b, c, i) =>
            {
                (batch, @class, box) = (b, c, i);
                return left-- > 0;
            },
            context.CancellationToken);
        return (ulong)((index % 3) switch
        {
            0 => batch,
            1 => @class,
            _ => box,
        });
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape boxes = inputs.ShapeOf(0);
        TensorShape scores = inputs.ShapeOf(1);
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32) ?? Faults.RequireType(inputs, 1, ElementType.Float32);
        if (fault is null && (boxes.Rank != 3 || scores.Rank != 3 || boxes[2] != 4 || boxes[0] != scores[0] || boxes[1] != scores[2]))
        {
            fault = $"Expected boxes [batches, boxes, 4] and scores [batches, classes, boxes], got {boxes} and {scores}.";
        }

        for (int i = 2; i < 5 && fault is null; i++)
        {
            fault = !inputs.Has(i) ? null : Faults.RequireType(inputs, i, i == 2 ? ElementType.Int64 : ElementType.Float32) ?? ShapeInputs.RequireOne(inputs, i);
        }

        // Counted and not listed: what a list would take is known only when it is too long.
        long count = 0;
        fault ??= Select(inputs, (_, _, _) => ++count > 0, inputs.CancellationToken);
        outputs[0] = new TensorSignature(ElementType.Int64, new TensorShape(count, 3));
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) => (Int128)inputs[1]!.Length * 32;

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output)
        {
            return;
        }

        int at = 0;
        _ = Select(
            new TensorInputs(inputs.ToArray()),
            (batch, @class, box) =>
            {
                Span<long> row = output.AsSpan<long>().Slice(at, 3);
                (row[0], row[1], row[2]) = (batch, @class, box);
                at += 3;
                return true;
            },
            context.CancellationToken);
    }

    // Tells of every chosen box in order, for as long as the answer is that another is wanted.
    private string? Select(OperatorInputs inputs, Func<int, int, int, bool> take, CancellationToken cancellationToken)
    {
        (long batches, long classes, long boxes) = (inputs.ShapeOf(1)[0], inputs.ShapeOf(1)[1], inputs.ShapeOf(1)[2]);
        long most = inputs.Has(2) ? inputs.ReadInteger(2, 0) : 0;
        float overlap = inputs.Has(3) ? inputs.ReadSingle(3, 0) : 0f;
        float? least = inputs.Has(4) ? inputs.ReadSingle(4, 0) : null;
        if (inputs.ShapeOf(1).ElementCount == 0 || most <= 0)
        {
            return null;
        }

        long left = MostComparisons;
        ulong[] ranks = inputs.MakeRoom<ulong>(boxes);
        var chosen = new List<Box>();
        for (int row = 0; row < batches * classes; row++)
        {
            (int batch, int @class) = Math.DivRem(row, (int)classes);
            int count = 0;
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i < boxes; i++)
            {
                float score = inputs.ReadSingle(1, (row * boxes) + i);
                if (least is null || score > least)
                {
                    // The largest score first, then the lowest index.
                    ranks[count++] = (~ElementOrder.Key(ElementBits.Of(score), ElementType.Float32) << 32) | (uint)i;
                }
            }

            Array.Sort(ranks, 0, count);
            chosen.Clear();
            for (int i = 0; i < count && chosen.Count < most; i++)
            {
                int index = unchecked((int)(uint)ranks[i]);
                cancellationToken.ThrowIfCancellationRequested();
                Box box = Read(inputs, (((long)batch * boxes) + index) * 4);
                inputs.Spend(chosen.Count);
                left -= chosen.Count;
                if (left < 0)
                {
                    return $"Expected boxes that take at most {MostComparisons} comparisons, got {inputs.SignatureOf(1)}.";
                }

                if (!box.OverlapsAny(chosen, overlap))
                {
                    chosen.Add(box);
                    if (!take(batch, @class, index))
                    {
                        return null;
                    }
                }
            }
        }

        return null;
    }

    private Box Read(OperatorInputs inputs, long start)
    {
        (float a, float b, float c, float d) = (inputs.ReadSingle(0, start), inputs.ReadSingle(0, start + 1), inputs.ReadSingle(0, start + 2), inputs.ReadSingle(0, start + 3));
        if (_isCentered)
        {
            // Center x, center y, width, height.
            return new Box(b - (d / 2f), a - (c / 2f), b + (d / 2f), a + (c / 2f));
        }

        return new Box(CanonicalMath.Min(a, c), CanonicalMath.Min(b, d), CanonicalMath.Max(a, c), CanonicalMath.Max(b, d));
    }

    private readonly record struct Box(float Top, float Left, float Bottom, float Right)
    {
        private float Area => (Bottom - Top) * (Right - Left);

        internal bool OverlapsAny(List<Box> others, float threshold)
        {
            foreach (Box other in others)
            {
                if (Overlaps(other, threshold))
                {
                    return true;
                }
            }

            return false;
        }

        private bool Overlaps(Box other, float threshold)
        {
            float height = CanonicalMath.Min(Bottom, other.Bottom) - CanonicalMath.Max(Top, other.Top);
            float width = CanonicalMath.Min(Right, other.Right) - CanonicalMath.Max(Left, other.Left);
            if (!(height > 0f && width > 0f && Area > 0f && other.Area > 0f))
            {
                return false;
            }

            float intersection = height * width;
            float union = Area + other.Area - intersection;
            return union > 0f && intersection / union > threshold;
        }
    }
}
