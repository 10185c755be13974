using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>
/// Loop: iteration i runs the body on i, the last condition and the carried values while i is below the trip count, where there is one, and the last condition is true;
/// further outputs of the body are stacked along a new first axis.
/// </summary>
internal sealed class LoopOperator : BodyOperator
{
    private const int Fixed = 2;

    private readonly GraphBody _body;
    private readonly int _outputs;
    private readonly int _carried;

    internal LoopOperator(NodeBinder binder)
    {
        binder.Arity(0, int.MaxValue, int.MaxValue);
        _body = binder.Node.Bodies[0];
        _outputs = binder.Node.Outputs.Length;
        _carried = Math.Max(0, binder.Node.Inputs.Length - Fixed);
        for (int i = 0; i < _carried; i++)
        {
            if (!binder.Node.HasInput(Fixed + i))
            {
                binder.Refuse(ModelRefusalReason.Malformed, $"Expected carried values, got none as input {Fixed + i}.");
            }
        }

        if (_body.Inputs.Length != Fixed + _carried || _body.Outputs.Length < 1 + _carried || _outputs > _body.Outputs.Length - 1)
        {
            binder.Refuse(
                ModelRefusalReason.BadAttribute,
                $"Expected a body of {Fixed + _carried} inputs and at least {1 + Math.Max(_carried, _outputs)} outputs, got {_body.Inputs.Length} and {_body.Outputs.Length}.");
        }
    }

    internal override TensorSignature?[] Infer(BodyShapes shapes)
    {
        TensorSignature?[] inputs = BodyInputs([.. Enumerable.Range(Fixed, _carried).Select(shapes.SignatureOf)]);
        TensorSignature?[] given = shapes.Infer(0, inputs);
        var outputs = new TensorSignature?[_outputs];
        for (int i = 0; i < Math.Min(_outputs, _carried); i++)
        {
            outputs[i] = given[1 + i];
        }

        // What comes back as it went in does so after any number of iterations, also none, if all others do.
        bool isSteady = given[0] == inputs[1] && Enumerable.Range(0, _carried).All(i => given[1 + i] is not null && given[1 + i] == inputs[Fixed + i]);
        return isSteady ? outputs : new TensorSignature?[_outputs];
    }

    internal override TensorValue[] Run(BodyRun run)
    {
        long? most = run.Inputs.Length > 0 && _body.Inputs.Length > 0 && HasInput(run, 0) ? ReadCount(run, run.Inputs[0]!) : null;
        bool goesOn = !HasInput(run, 1) || run.ReadCondition(run.Inputs[1]!, "a condition");
        TensorValue[] carried = new TensorValue[_carried];
        for (int i = 0; i < carried.Length; i++)
        {
            carried[i] = run.Inputs[Fixed + i]!;
        }

        TensorValue condition = TensorValue.Take(ElementType.Boolean, ShapeOf(1), new byte[] { goesOn ? (byte)1 : (byte)0 });
        var stacks = new StackedValues[_body.Outputs.Length - 1 - _carried];
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i] = new StackedValues(run, 0, false, _carried + i < _outputs);
        }

        long held = 0;
        for (long iteration = 0; goesOn && iteration < (most ?? long.MaxValue); iteration++)
        {
            run.RequireIterations(iteration + 1);
            TensorValue number = TensorValue.Create([iteration], [.. ShapeOf(0).Lengths]);
            TensorValue[] given = run.Run(0, iteration, [number, condition, .. carried]);

            // What went into the iteration goes when its outputs are there.
            run.LetGo(held);
            held = BodyRun.BytesOf(given.AsSpan(0, 1 + carried.Length));
            condition = given[0];
            goesOn = run.ReadCondition(condition, "a condition from the body");
            for (int i = 0; i < carried.Length; i++)
            {
                carried[i] = given[1 + i];
            }

            for (int i = 0; i < stacks.Length; i++)
            {
                stacks[i].Add(given[1 + _carried + i]);
            }
        }

        var outputs = new TensorValue[_outputs];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = i < _carried ? run.Own(carried[i]) : stacks[i - _carried].ToValue(_body.Outputs[1 + i]);
        }

        return outputs;
    }

    private static bool HasInput(BodyRun run, int input) => run.Node.HasInput(input);

    private static long ReadCount(BodyRun run, TensorValue value) => value.Type == ElementType.Int64 && value.Length == 1
        ? value.AsSpan<long>()[0]
        : throw run.Fault($"expected a trip count of one Int64, got {value}");

    // Older bodies declare the number and the condition with one axis of length 1.
    private TensorShape ShapeOf(int input) => _body.Inputs[input] is { IsRankKnown: true, Dimensions.Length: 1 } ? new TensorShape(1) : new TensorShape();

    private TensorSignature?[] BodyInputs(TensorSignature?[] carried) =>
        [new TensorSignature(ElementType.Int64, ShapeOf(0)), new TensorSignature(ElementType.Boolean, ShapeOf(1)), .. carried];
}
