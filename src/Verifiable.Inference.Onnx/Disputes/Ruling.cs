using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>One accusation and what it is about. Used once.</summary>
internal sealed class Ruling
{
    private static readonly TensorLayout[] _layouts = [TensorLayout.RowMajor, TensorLayout.ByColumn, TensorLayout.ChannelsLast];

    private readonly JudgedModel _model;
    private readonly RefereeLimits _limits;
    private readonly DisputedClaim _claim;
    private readonly TraceCommitment _trace;
    private readonly Accusation _accusation;

    public Ruling(JudgedModel model, RefereeLimits limits, DisputedClaim claim, TraceCommitment trace, Accusation accusation)
    {
        _model = model;
        _limits = limits;
        _claim = claim;
        _trace = trace;
        _accusation = accusation;
    }

    /// <summary>Rules on an element, or on the type and shape, of an output.</summary>
    public RefereeRuling OfOutput(IReferee referee)
    {
        RefereeRuling leaf = OfLeaf(referee);
        if (leaf.Kind != RulingKind.Acquitted)
        {
            return leaf;
        }

        GraphNode node = _model.Nodes[_accusation.Leaf!.Leaf.Node];
        if (Open(_accusation.Accused!, out OpenedTensor? accused) is { } unopened)
        {
            return unopened;
        }

        ulong claimed = 0;
        if (_accusation.Kind == AccusationKind.Element && !accused!.TryReadBits(_accusation.Element, out claimed))
        {
            return RefereeRuling.Of(_accusation.Element >= accused.Header.Shape.ElementCount ? RulingReason.NoSuchElement : RulingReason.EvidenceIncomplete);
        }

        if (OpenInputs(referee, node, out object?[] inputs) is { } closed)
        {
            return closed;
        }

        try
        {
            return Define(node, accused!, new EvidenceInputs(inputs, _limits.MaxReads, _limits.MaxWork), claimed);
        }
        catch (EvidenceException exception)
        {
            return RefereeRuling.Of(exception.Reason);
        }
        catch (Exception exception) when (exception is not (PlatformNotSupportedException or StackOverflowException))
        {
            // A referee is total. Whatever goes wrong in a definition is our fault or that of inputs which no run has, and neither convicts nor acquits anybody.
            return RefereeRuling.Of(RulingReason.DefinitionFailed);
        }
    }

    /// <summary>Rules on two commitments of one output.</summary>
    public RefereeRuling OfLayouts(IReferee referee)
    {
        RefereeRuling leaf = OfLeaf(referee);
        if (leaf.Kind != RulingKind.Acquitted)
        {
            return leaf;
        }

        if ((Open(_accusation.Accused!, out OpenedTensor? one) ?? Open(_accusation.Inputs[0].Tensor, out OpenedTensor? _)) is { } unopened)
        {
            return unopened;
        }

        _ = Open(_accusation.Inputs[0].Tensor, out OpenedTensor? other);
        if (one!.Header.Type != other!.Header.Type || one.Header.Shape != other.Header.Shape)
        {
            return RefereeRuling.Of(RulingReason.LayoutsDiffer);
        }

        if (_accusation.Element >= one.Header.Shape.ElementCount)
        {
            return RefereeRuling.Of(RulingReason.NoSuchElement);
        }

        return !one.TryReadBits(_accusation.Element, out ulong first) || !other.TryReadBits(_accusation.Element, out ulong second)
            ? RefereeRuling.Of(RulingReason.EvidenceIncomplete)
            : RefereeRuling.Of(first == second ? RulingReason.LayoutsAgree : RulingReason.LayoutsDiffer, first, second);
    }

    /// <summary>Rules on a leaf.</summary>
    public RefereeRuling OfLeaf(IReferee referee) =>
        _accusation.Leaf!.Verifies(_trace) ? referee.ExamineLeaf(_claim, _accusation.Leaf.Leaf) : RefereeRuling.Of(RulingReason.LeafNotOfTrace);

    /// <summary>Rules on inputs of the request and outputs of the model.</summary>
    public RefereeRuling OfInterface()
    {
        List<(GraphValue Value, TensorSignature Signature)> opened = [];
        foreach (InputEvidence evidence in _accusation.Inputs)
        {
            int output = evidence.Input - _model.Inputs.Length;
            if (output >= _model.Outputs.Length)
            {
                return RefereeRuling.Of(RulingReason.InputSuperfluous);
            }

            GraphValue value = output < 0 ? _model.Inputs[evidence.Input] : _model.Outputs[output];
            Digest commitment = output < 0 ? _claim.Work.Inputs[value.Name] : _claim.Body.Outputs[value.Name];
            if (evidence.Leaf is not null || !evidence.Tensor.TryOpen(commitment, out OpenedTensor? tensor))
            {
                return RefereeRuling.Of(RulingReason.EvidenceNotCommitted);
            }

            opened.Add((value, new TensorSignature(tensor.Header.Type, tensor.Header.Shape)));
        }

        return RefereeRuling.Of(JudgedModel.Admit(opened) ? RulingReason.WellFormed : RulingReason.InterfaceViolated);
    }

    private RefereeRuling Define(GraphNode node, OpenedTensor accused, EvidenceInputs inputs, ulong claimed)
    {
        BoundOperator bound = _model.OperatorOf(node.Index);
        var signatures = new TensorSignature[node.Outputs.Length];
        if (!bound.TryInfer(inputs, signatures, out _))
        {
            return RefereeRuling.Of(RulingReason.InputsDoNotFit);
        }

        if (signatures[_accusation.Output] != new TensorSignature(accused.Header.Type, accused.Header.Shape))
        {
            return RefereeRuling.Of(RulingReason.SignatureDiffers);
        }

        if (_accusation.Kind == AccusationKind.Signature)
        {
            return RefereeRuling.Of(RulingReason.SignatureAgrees);
        }

        ulong expected = bound.Element(new OperatorContext(_claim.Work.Options.Seed), inputs, _accusation.Output, _accusation.Element);
        return RefereeRuling.Of(claimed == expected ? RulingReason.ElementAgrees : RulingReason.ElementDiffers, claimed, expected);
    }

    // Opens the accused output against the leaf, in the layout in which the evidence is.
    private RefereeRuling? Open(TensorEvidence evidence, out OpenedTensor? tensor)
    {
        tensor = null;
        TraceLeaf leaf = _accusation.Leaf!.Leaf;
        if (_accusation.Output >= leaf.Outputs.Length)
        {
            return RefereeRuling.Of(RulingReason.NoSuchOutput);
        }

        TraceOutput output = leaf.Outputs[_accusation.Output];
        Digest? commitment = output.In(evidence.Header.Layout);
        return commitment is { } own && evidence.TryOpen(own, out tensor) ? null
            : IsMisplaced(evidence, output) ? RefereeRuling.Of(RulingReason.LayoutsDiffer)
            : RefereeRuling.Of(commitment is null ? RulingReason.NoSuchOutput : RulingReason.EvidenceNotCommitted);
    }

    // Tells whether a place of a leaf holds a commitment in another layout than the one that the place is for: no run has it, and no tensor in the right layout can ever open it.
    private static bool IsMisplaced(TensorEvidence evidence, TraceOutput output)
    {
        Digest stated = evidence.Commitment;
        return _layouts.Any(layout => layout != evidence.Header.Layout && output.In(layout) == stated);
    }

    private RefereeRuling? OpenInputs(IReferee referee, GraphNode node, out object?[] inputs)
    {
        inputs = new object?[node.Inputs.Length];
        int next = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            string name = node.Inputs[i];
            int first = name.Length == 0 ? i : _model.FirstUse(node, i);
            if (name.Length == 0 || first < i || _model.TryFindMade(name, out _))
            {
                inputs[i] = name.Length == 0 ? null : first < i ? inputs[first] : _model.TryFindMade(name, out Tensors.TensorValue? made) ? made : null;
                continue;
            }

            if (next == _accusation.Inputs.Length || _accusation.Inputs[next].Input != i)
            {
                return RefereeRuling.Of(next < _accusation.Inputs.Length && _accusation.Inputs[next].Input < i ? RulingReason.InputSuperfluous : RulingReason.InputMissing);
            }

            if (OpenInput(referee, node, _accusation.Inputs[next], out OpenedTensor? tensor) is { } closed)
            {
                return closed;
            }

            inputs[i] = tensor;
            next++;
        }

        return next == _accusation.Inputs.Length ? null : RefereeRuling.Of(RulingReason.InputSuperfluous);
    }

    private RefereeRuling? OpenInput(IReferee referee, GraphNode node, InputEvidence evidence, out OpenedTensor? tensor)
    {
        tensor = null;
        string name = node.Inputs[evidence.Input];
        TensorLayout layout = _model.LayoutOf(node, evidence.Input);
        Digest commitment;
        if (_model.TryFindProducer(name, out (int Node, int Output) producer))
        {
            if (evidence.Leaf is null || evidence.Leaf.Leaf.Node != producer.Node || !evidence.Leaf.Verifies(_trace))
            {
                return RefereeRuling.Of(RulingReason.LeafNotOfTrace);
            }

            // A leaf of the claim's own trace that is not formed as the model calls for convicts, wherever it is found.
            RefereeRuling form = referee.ExamineLeaf(_claim, evidence.Leaf.Leaf);
            if (form.Kind != RulingKind.Acquitted)
            {
                return form;
            }

            TraceOutput made = evidence.Leaf.Leaf.Outputs[producer.Output];
            if (IsMisplaced(evidence.Tensor, made))
            {
                return RefereeRuling.Of(RulingReason.LayoutsDiffer);
            }

            commitment = made.In(layout)!.Value;
        }
        else if (evidence.Leaf is not null)
        {
            return RefereeRuling.Of(RulingReason.LeafNotOfTrace);
        }
        else
        {
            commitment = _model.FindWeight(name, layout)?.Digest ?? _claim.Work.Inputs[name];
        }

        if (evidence.Tensor.Header.Layout != layout || !evidence.Tensor.TryOpen(commitment, out tensor))
        {
            return RefereeRuling.Of(RulingReason.EvidenceNotCommitted);
        }

        // What the model does not admit no engine runs, and nobody's definitions need to bear it.
        GraphValue? declared = _model.Inputs.FirstOrDefault(value => string.Equals(value.Name, name, StringComparison.Ordinal));
        return declared is null || declared.Admits(tensor.Header.Type, tensor.Header.Shape) ? null : RefereeRuling.Of(RulingReason.InterfaceViolated);
    }
}
