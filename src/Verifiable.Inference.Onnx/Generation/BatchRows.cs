using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// Finds out whether the sequences of a batch stay apart: follows the axis of the batch through the shapes of one run of several sequences, beside those of a run of one. What is not known
/// to keep sequences apart counts as mixing them. Used by one thread.
/// </summary>
/// <remarks>Assumption: a graph that keeps sequences apart for three does so for any number of them, and for any number of tokens. A model that counts its sequences and then computes
/// otherwise is not found.</remarks>
internal sealed class BatchRows
{
    private const int Sequences = 3;
    private const int Tokens = 2;
    private const int Past = 5;

    // The axis of the sequences in each value; Same for what one sequence alone would give, too.
    private const int Same = -1;
    private const int Unknown = -2;

    // Element by element, with broadcasting.
    private static readonly HashSet<string> _elementwise =
    [
        .. ("Abs Acos Acosh Add And Asin Asinh Atan Atanh BiasGelu BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast Ceil Celu Clip Cos Cosh Div Elu Equal Erf Exp FastGelu Floor Gelu "
            + "Greater GreaterOrEqual HardSigmoid HardSwish IsInf IsNaN LeakyRelu Less LessOrEqual Log Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow QuickGelu Reciprocal Relu Round Selu Shrink "
            + "Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Sub Sum Swish Tan Tanh ThresholdedRelu Where Xor").Split(' '),
    ];

    private readonly ShapePlan _many;
    private readonly ShapePlan _one;
    private readonly int[] _axes;

    private BatchRows(ShapePlan many, ShapePlan one)
    {
        _many = many;
        _one = one;
        _axes = new int[many.Signatures.Length];
        for (int place = 0; place < _axes.Length; place++)
        {
            _axes[place] = many.Known[place] is { } value && one.Known[place] is { } alone ? OfKnown(value, alone) : Unknown;
        }
    }

    /// <summary>Finds the first graph node whose outputs may depend on several sequences, or have one behind another in a way that is not followed; <see langword="null"/> where sequences stay
    /// apart.</summary>
    internal static GraphNode? FindMixing(CanonicalEngine engine, DecoderShape shape)
    {
        try
        {
            // A place that one plan knows and the other does not has no value, which is an InvalidOperationException.
            return new BatchRows(Plan(engine, shape, Sequences), Plan(engine, shape, 1)).Find(engine, shape);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or OverflowException)
        {
            // A model that cannot be run with these lengths: nothing is known of it.
            return engine.Graph.Nodes[^1];
        }
    }

    private static ShapePlan Plan(CanonicalEngine engine, DecoderShape shape, int batch) => engine.PlanShapes(shape.SignaturesOf(engine.Model, batch, Tokens, Past), CancellationToken.None);

    private GraphNode? Find(CanonicalEngine engine, DecoderShape shape)
    {
        CanonicalProgram program = engine.Program;
        for (int i = 0; i < program.InputPlaces.Length; i++)
        {
            _axes[program.InputPlaces[i]] = shape.Caches.FirstOrDefault(cache => cache.Past == engine.Model.Inputs[i].Name)?.BatchAxis ?? 0;
        }

        foreach (PlannedStep planned in _many.Steps)
        {
            CanonicalStep step = planned.Step;
            int axis = planned.Kind is PlannedStepKind.Dynamic or PlannedStepKind.Bodies ? Unknown : Of(step);
            foreach (int place in step.Outputs.Where(place => place >= 0 && _many.Known[place] is null))
            {
                _axes[place] = axis == Same && Many(place) != One(place) ? Unknown : axis >= 0 && !Holds(place, axis) ? Unknown : axis;
                if (_axes[place] == Unknown)
                {
                    return step.Node;
                }
            }
        }

        for (int i = 0; i < program.OutputPlaces.Length; i++)
        {
            string name = engine.Model.Outputs[i].Name;
            int axis = shape.Caches.FirstOrDefault(cache => cache.Present == name)?.BatchAxis ?? 0;
            if (_axes[program.OutputPlaces[i]] != axis)
            {
                return engine.Graph.Nodes.LastOrDefault(node => node.Outputs.Contains(name)) ?? engine.Graph.Nodes[^1];
            }
        }

        return null;
    }

    private int Of(CanonicalStep step)
    {
        int[] inputs = [.. step.Inputs.Where(place => place >= 0)];
        if (inputs.All(place => _axes[place] == Same))
        {
            return Same;
        }

        GraphNode node = step.Node;
        int first = inputs.Length > 0 ? _axes[inputs[0]] : Unknown;
        int rank = inputs.Length > 0 ? Many(inputs[0]).Rank : 0;
        bool isOne = first >= 0 && inputs.Skip(1).All(place => _axes[place] == Same);
        if (node.Domain is not ("" or "com.microsoft" or AttentionBiasOperator.Domain))
        {
            return Unknown;
        }

        switch (node.OperatorType)
        {
            case "Identity" or "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze":
                return first >= 0 ? Reshaped(inputs[0], step.Outputs[0]) : Unknown;
            case "Transpose":
                return first >= 0 ? Array.IndexOf(node.GetInts("perm") is { IsDefault: false } order ? [.. order] : [.. Enumerable.Range(0, rank).Reverse().Select(static axis => (long)axis)], (long)first) : Unknown;
            case "CastLike":
                return first;
            case "Softmax" or "LogSoftmax":
                return isOne && (node.OpsetVersion >= 13 ? first != Axis(node, rank, -1) : first < Axis(node, rank, 1)) ? first : Unknown;
            case "LayerNormalization" or "RMSNormalization" or "SimplifiedLayerNormalization":
                return isOne && first < Axis(node, rank, -1) ? first : Unknown;
            case "CumSum" or "TopK" or "Trilu" or "Split":
                // The last axes are a triangle's; others name theirs, and keep the number of axes.
                int along = node.OperatorType switch { "Trilu" => rank - 2, "CumSum" => AxisOf(step, 1, rank), _ => Axis(node, rank, node.OperatorType == "TopK" ? -1 : 0) };
                return isOne && (node.OperatorType == "Trilu" ? first < along : first != along && along >= 0) ? first : Unknown;
            case "Concat":
                int joined = Axis(node, rank, 0);
                return first >= 0 && joined != first && inputs.All(place => _axes[place] == first) ? first : Unknown;
            case "Gather":
                return Gathered(node, inputs);
            case "Slice":
                return isOne && !CutsAlong(step, rank, first) ? first : Unknown;
            case "ReduceMean" or "ReduceSum" or "ReduceMax" or "ReduceMin" or "ReduceL2" or "ReduceSumSquare" or "ReduceProd" or "ReduceL1":
                return isOne ? Reduced(step, rank, first) : Unknown;
            case "MatMul" or "FusedMatMul" or "MatMulInteger":
                return inputs.Skip(2).All(place => _axes[place] == Same) ? Product(inputs, node.OperatorType == "FusedMatMul", Many(step.Outputs[0]).Rank) : Unknown;
            case "MatMulNBits":
                return isOne && first < rank - 1 ? first : Unknown;
            case "Gemm":
                return isOne && first == 0 && node.GetInt("transA", 0) == 0 && (inputs.Length < 3 || Many(inputs[2]).Rank < 2 || Many(inputs[2])[0] == 1) ? 0 : Unknown;
            case "DequantizeLinear" or "QuantizeLinear":
                return isOne && (Many(inputs[1]).ElementCount == 1 || first != Axis(node, rank, 1)) ? first : Unknown;
            case "AttentionBias":
                return Bias(step);
            case "Expand":
                return first >= 0 ? first + Many(step.Outputs[0]).Rank - rank : Unknown;
            default:
                return _elementwise.Contains(node.OperatorType) ? Broadcast(inputs, Many(step.Outputs[0]).Rank) : Unknown;
        }
    }

    // In the row-major list of elements, a shape of another form leaves what is before the axis and behind it where it was.
    private int Reshaped(int from, int to)
    {
        long outer = Product(Many(from), _axes[from]);
        TensorShape shape = Many(to);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (Product(shape, axis) == outer && Holds(to, axis))
            {
                return axis;
            }
        }

        return Unknown;
    }

    private int Broadcast(int[] inputs, int rank)
    {
        int axis = Same;
        foreach (int place in inputs.Where(place => _axes[place] != Same))
        {
            int aligned = _axes[place] == Unknown ? Unknown : _axes[place] + rank - Many(place).Rank;
            axis = aligned != Unknown && axis is Same || axis == aligned ? aligned : Unknown;
            if (axis == Unknown)
            {
                return Unknown;
            }
        }

        return inputs.All(place => _axes[place] != Same || IsOneAlong(place, axis, rank)) ? axis : Unknown;
    }

    // Whether a value that every sequence shares is repeated along an axis of the output.
    private bool IsOneAlong(int place, int axis, int rank)
    {
        TensorShape shape = Many(place);
        int own = axis - (rank - shape.Rank);
        return own < 0 || shape[own] == 1;
    }

    private int Gathered(GraphNode node, int[] inputs)
    {
        (int data, int indices) = (_axes[inputs[0]], _axes[inputs[1]]);
        int axis = Axis(node, Many(inputs[0]).Rank, 0);
        return data == Same && indices >= 0 ? axis + indices
            : data >= 0 && indices == Same && data != axis ? (data < axis ? data : data - 1 + Many(inputs[1]).Rank)
            : Unknown;
    }

    private bool CutsAlong(CanonicalStep step, int rank, int axis)
    {
        if (step.Node.OpsetVersion < 10)
        {
            return true;
        }

        long[]? axes = step.Inputs.Length > 3 && step.Inputs[3] >= 0 ? Integers(step.Inputs[3]) : [.. Enumerable.Range(0, (int)Many(step.Inputs[1]).ElementCount).Select(static own => (long)own)];
        return axes is null || axes.Any(own => (own < 0 ? own + rank : own) == axis);
    }

    private int Reduced(CanonicalStep step, int rank, int axis)
    {
        long[]? axes = step.Inputs.Length > 1 && step.Inputs[1] >= 0 ? Integers(step.Inputs[1]) : step.Node.GetInts("axes") is { IsDefault: false } stated ? [.. stated] : null;
        if (axes is not { Length: > 0 } || axes.Any(own => (own < 0 ? own + rank : own) == axis))
        {
            return Unknown;
        }

        return step.Node.GetInt("keepdims", 1) != 0 ? axis : axis - axes.Count(own => (own < 0 ? own + rank : own) < axis);
    }

    private int Product(int[] inputs, bool mayExchange, int rank)
    {
        (int left, int right) = (_axes[inputs[0]], _axes[inputs[1]]);
        (int leftRank, int rightRank) = (Many(inputs[0]).Rank, Many(inputs[1]).Rank);
        if (leftRank < 2 || rightRank < 2 || left == Unknown || right == Unknown || left >= leftRank - (mayExchange ? 2 : 1) || right >= rightRank - 2
            || inputs.Skip(2).Any(place => Many(place).ElementCount != 1))
        {
            return Unknown;
        }

        // Rows of the left operand meet all of the right one; stacks meet stacks.
        return left == leftRank - 2 ? (right == Same ? rank - 2 : Unknown) : Broadcast(inputs[..2], rank);
    }

    // Of queries and keys only the shapes count. Masks and lengths have the sequences in front.
    private int Bias(CanonicalStep step)
    {
        bool isIndex = step.Node.GetText("form", "mask") == "index";
        int axis = Same;
        for (int i = 2; i < step.Inputs.Length; i++)
        {
            int place = step.Inputs[i];
            if (place < 0 || _axes[place] == Same)
            {
                continue;
            }

            bool isInFront = _axes[place] == 0 && One(place)[0] == 1 && (i > 2 || isIndex || Many(place).Rank == 4);
            axis = isInFront ? 0 : Unknown;
            if (axis == Unknown)
            {
                return Unknown;
            }
        }

        return axis;
    }

    private int AxisOf(CanonicalStep step, int input, int rank) => Integers(step.Inputs[input]) is [var axis] ? (int)(axis < 0 ? axis + rank : axis) : -1;

    private static int Axis(GraphNode node, int rank, long absent) => node.GetInt("axis", absent) is var axis && axis < 0 ? (int)(axis + rank) : (int)axis;

    private long[]? Integers(int place) => _many.Known[place] is not { } value ? null : value.Type switch
    {
        ElementType.Int64 => value.AsSpan<long>().ToArray(),
        ElementType.Int32 => [.. value.AsSpan<int>().ToArray().Select(static element => (long)element)],
        _ => null,
    };

    private static int OfKnown(TensorValue many, TensorValue one)
    {
        if (many.Equals(one))
        {
            return Same;
        }

        int axis = 0;
        while (axis < many.Shape.Rank && axis < one.Shape.Rank && many.Shape[axis] == one.Shape[axis])
        {
            axis++;
        }

        if (many.Type != one.Type || !Holds(many.Shape, one.Shape, axis) || one.Bytes.IsEmpty)
        {
            return Unknown;
        }

        int outer = (int)Product(many.Shape, axis);
        int inner = one.Bytes.Length / outer;
        for (int i = 0; i < outer * Sequences; i++)
        {
            if (!many.Bytes.Span.Slice(i * inner, inner).SequenceEqual(one.Bytes.Span.Slice(i / Sequences * inner, inner)))
            {
                return Unknown;
            }
        }

        return axis;
    }

    private bool Holds(int place, int axis) => Holds(Many(place), One(place), axis);

    // The same lengths but for the axis of the sequences.
    private static bool Holds(TensorShape many, TensorShape one, int axis)
    {
        bool holds = many.Rank == one.Rank && axis >= 0 && axis < many.Rank;
        for (int i = 0; holds && i < many.Rank; i++)
        {
            holds = many[i] == (i == axis ? Sequences * one[i] : one[i]);
        }

        return holds;
    }

    private static long Product(TensorShape shape, int end)
    {
        long product = 1;
        for (int i = 0; i < end; i++)
        {
            product *= shape[i];
        }

        return product;
    }

    private TensorShape Many(int place) => _many.Signatures[place]!.Value.Shape;

    private TensorShape One(int place) => _one.Signatures[place]!.Value.Shape;
}
