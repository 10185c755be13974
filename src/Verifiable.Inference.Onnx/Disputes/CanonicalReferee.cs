using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Decides accusations under the exact profile by the operators' definitions (<see cref="BoundOperator.Element"/>), and by nothing else. Keeps a model's graph and no weight.
/// Immutable and thread-safe.</summary>
/// <remarks>
/// <para>Steps for an element: the leaf is one of the trace; the accused output opens against it; each input opens against the leaf of the graph node that the model's wiring names, against the request, or
/// against the model's identity; type and shape of the output follow from the inputs; the definition, reading open elements only, gives the same bits or it does not.</para>
/// <para>Source: the rule of refereed delegation (Canetti, Riva, Rothblum 2011) with one operator's element as its last step. Assumption: SHA-256 is collision-resistant, and the model's
/// identity is of consistent weights, which is its publisher's word.</para>
/// </remarks>
public sealed class CanonicalReferee : IReferee
{
    private readonly JudgedModel _model;
    private readonly RefereeLimits _limits;

    private CanonicalReferee(JudgedModel model, RefereeLimits limits)
    {
        _model = model;
        _limits = limits;
    }

    /// <inheritdoc/>
    public Digest ModelId => _model.Id;

    /// <inheritdoc/>
    public int NodeCount => _model.Nodes.Length;

    /// <summary>Gets the graph nodes in canonical order, in which rulings number them: the file's, with composite operators replaced by their expansions.</summary>
    public ImmutableArray<GraphNode> Nodes => _model.Nodes;

    /// <summary>Creates a referee for a model that may come from a stranger.</summary>
    /// <param name="model">The model; it is not kept.</param>
    /// <param name="limits">The limits; <see langword="null"/> for the default.</param>
    /// <param name="referee">The referee.</param>
    /// <param name="refusal">Why the model's claims cannot be disputed: names graph node, domain, operator and version.</param>
    /// <exception cref="ArgumentException">The limits are not valid.</exception>
    public static bool TryCreate(OnnxModel model, RefereeLimits? limits, [NotNullWhen(true)] out CanonicalReferee? referee, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(model);
        limits ??= new RefereeLimits();
        string faults = string.Join(' ', limits.Validate());
        if (faults.Length > 0)
        {
            throw new ArgumentException(faults, nameof(limits));
        }

        referee = JudgedModel.TryCreate(model, out JudgedModel? judged, out refusal) ? new CanonicalReferee(judged, limits) : null;
        return referee is not null;
    }

    /// <inheritdoc/>
    public RefereeRuling ExamineClaim(DisputedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        InferenceClaim body = claim.Body;
        if (body.ModelId != _model.Id || claim.Work.ModelId != _model.Id || body.Profile != NumericProfile.CanonicalFloat32)
        {
            return RefereeRuling.Of(RulingReason.WrongModel);
        }

        if (claim.Trace.NodeCount != NodeCount)
        {
            return RefereeRuling.Of(RulingReason.NodeCountDiffers);
        }

        if (claim.Work.Options.Settings.Count > 0 || !AreNames(claim.Work.Inputs, _model.Inputs) || !AreNames(body.Outputs, _model.Outputs))
        {
            return RefereeRuling.Of(RulingReason.InterfaceViolated);
        }

        foreach (GraphValue output in _model.Outputs)
        {
            // What no graph node makes has no leaf: it is the request's or the model's own.
            if (!_model.TryFindProducer(output.Name, out _))
            {
                Digest expected = claim.Work.Inputs.TryGetValue(output.Name, out Digest input) ? input : _model.FindWeight(output.Name, TensorLayout.RowMajor)!.Digest;
                if (body.Outputs[output.Name] != expected)
                {
                    return RefereeRuling.Of(RulingReason.OutputNotOfTrace);
                }
            }
        }

        return RefereeRuling.Of(RulingReason.WellFormed);
    }

    /// <inheritdoc/>
    public RefereeRuling ExamineLeaf(DisputedClaim claim, TraceLeaf leaf)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(leaf);
        if (leaf.Node >= NodeCount)
        {
            return RefereeRuling.Of(RulingReason.NoSuchOutput);
        }

        GraphNode node = _model.Nodes[leaf.Node];
        if (leaf.Outputs.Length != node.Outputs.Length)
        {
            return RefereeRuling.Of(RulingReason.LeafMalformed);
        }

        for (int i = 0; i < leaf.Outputs.Length; i++)
        {
            foreach (TensorLayout layout in (ReadOnlySpan<TensorLayout>)[TensorLayout.RowMajor, TensorLayout.ByColumn, TensorLayout.ChannelsLast])
            {
                if (leaf.Outputs[i].In(layout) is not null != _model.LayoutsOf(leaf.Node, i).Contains(layout))
                {
                    return RefereeRuling.Of(RulingReason.LeafMalformed);
                }
            }

            if (node.HasOutput(i) && claim.Body.Outputs.TryGetValue(node.Outputs[i], out Digest claimed) && claimed != leaf.Outputs[i].RowMajor)
            {
                return RefereeRuling.Of(RulingReason.OutputNotOfTrace);
            }
        }

        return RefereeRuling.Of(RulingReason.WellFormed);
    }

    /// <inheritdoc/>
    /// <exception cref="PlatformNotSupportedException">The thread flushes subnormals or does not round to nearest: a fault of the host, which decides nothing.</exception>
    public RefereeRuling Judge(DisputedClaim claim, TraceCommitment trace, Accusation accusation)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(accusation);
        FloatEnvironment.Require();
        RefereeRuling form = ExamineClaim(claim);
        if (form.Kind != RulingKind.Acquitted)
        {
            return form;
        }

        if (accusation.ToBytes().Length > _limits.MaxEvidenceBytes)
        {
            return RefereeRuling.Of(RulingReason.TooLarge);
        }

        Ruling ruling = new(_model, _limits, claim, trace, accusation);
        return accusation.Kind switch
        {
            AccusationKind.Element or AccusationKind.Signature => ruling.OfOutput(this),
            AccusationKind.Layouts => ruling.OfLayouts(this),
            AccusationKind.Leaf => ruling.OfLeaf(this),
            AccusationKind.Interface => ruling.OfInterface(),
            _ => default,
        };
    }

    private static bool AreNames(CommittedTensors tensors, IReadOnlyList<GraphValue> values) =>
        tensors.Select(static tensor => tensor.Key).SequenceEqual(values.Select(static value => value.Name).Distinct().Order(StringComparer.Ordinal));
}
