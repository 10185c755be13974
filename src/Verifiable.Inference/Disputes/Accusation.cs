using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>What a referee decides on: one fault of a claim, with everything open that it depends on. Nothing in it is believed. Immutable and thread-safe.</summary>
/// <remarks>It needs no word of whoever makes it: all openings are of the claimant's own commitments, of the request, or of the model. What must be there follows
/// from the kind, so that one accusation has one encoding.</remarks>
public sealed class Accusation : ICanonical<Accusation>
{
    /// <summary>The largest number of inputs: 4096.</summary>
    public const int MaxInputs = 4096;

    private const string Domain = "vinf/accusation/v1";

    private Accusation(AccusationKind kind, TraceOpening? leaf, int output, long element, TensorEvidence? accused, ImmutableArray<InputEvidence> inputs)
    {
        Kind = kind;
        Leaf = leaf;
        Output = output;
        Element = element;
        Accused = accused;
        Inputs = inputs;
    }

    /// <summary>Gets what is said of the claim.</summary>
    public AccusationKind Kind { get; }

    /// <summary>Gets the opening of the accused graph node's leaf; <see langword="null"/> for <see cref="AccusationKind.Interface"/>.</summary>
    public TraceOpening? Leaf { get; }

    /// <summary>Gets the accused output's position; 0 where there is none.</summary>
    public int Output { get; }

    /// <summary>Gets the accused element's row-major place; 0 where there is none.</summary>
    public long Element { get; }

    /// <summary>Gets the accused output, in one of the layouts that the leaf holds.</summary>
    public TensorEvidence? Accused { get; }

    /// <summary>Gets the graph node's inputs in ascending order; for <see cref="AccusationKind.Layouts"/> the accused output once more in another layout, for
    /// <see cref="AccusationKind.Interface"/> the model's inputs, then its outputs, by position.</summary>
    public ImmutableArray<InputEvidence> Inputs { get; }

    /// <summary>Accuses one element of an output.</summary>
    /// <exception cref="ArgumentException">The inputs are not in ascending order, or there are too many.</exception>
    public static Accusation OfElement(TraceOpening leaf, int output, long element, TensorEvidence accused, ImmutableArray<InputEvidence> inputs) =>
        Create(AccusationKind.Element, leaf, output, element, accused, inputs);

    /// <summary>Accuses the type or the shape of an output.</summary>
    /// <exception cref="ArgumentException">The accused output has open chunks, the inputs are not in ascending order, or there are too many.</exception>
    public static Accusation OfSignature(TraceOpening leaf, int output, TensorEvidence accused, ImmutableArray<InputEvidence> inputs) =>
        Create(AccusationKind.Signature, leaf, output, 0, accused, inputs);

    /// <summary>Accuses two commitments of one output of being to different elements.</summary>
    public static Accusation OfLayouts(TraceOpening leaf, int output, long element, TensorEvidence accused, TensorEvidence other) =>
        Create(AccusationKind.Layouts, leaf, output, element, accused, [new InputEvidence(0, null, other)]);

    /// <summary>Accuses a leaf of not being one that the model calls for.</summary>
    public static Accusation OfLeaf(TraceOpening leaf) => Create(AccusationKind.Leaf, leaf, 0, 0, null, []);

    /// <summary>Accuses the request's inputs, or the model's outputs, of not being what the model declares.</summary>
    /// <exception cref="ArgumentException">The values are not in ascending order, or there are too many.</exception>
    public static Accusation OfInterface(ImmutableArray<InputEvidence> values) => Create(AccusationKind.Interface, null, 0, 0, null, values);

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out Accusation? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        var kind = (AccusationKind)reader.ReadByte();
        TraceOpening? leaf = reader.ReadBoolean() ? reader.Read<TraceOpening>() : null;
        int output = reader.ReadUInt16();
        long element = reader.ReadInt64();
        TensorEvidence? accused = reader.ReadBoolean() ? reader.Read<TensorEvidence>() : null;
        ImmutableArray<InputEvidence> inputs = reader.ReadList<InputEvidence>(MaxInputs);
        if (reader.Failed || !IsAllowed(kind, leaf, output, element, accused, inputs))
        {
            reader.Fail();
            return false;
        }

        value = new Accusation(kind, leaf, output, element, accused, inputs);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteByte((byte)Kind);
        writer.WriteBoolean(Leaf is not null);
        Leaf?.WriteTo(ref writer);
        writer.WriteUInt16((ushort)Output);
        writer.WriteInt64(Element);
        writer.WriteBoolean(Accused is not null);
        Accused?.WriteTo(ref writer);
        writer.WriteList(Inputs);
    }

    private static Accusation Create(AccusationKind kind, TraceOpening? leaf, int output, long element, TensorEvidence? accused, ImmutableArray<InputEvidence> inputs) =>
        IsAllowed(kind, leaf, output, element, accused, inputs)
            ? new Accusation(kind, leaf, output, element, accused, inputs)
            : throw new ArgumentException($"Expected the parts that {kind} calls for, with inputs in ascending order, got output {output}, element {element} and {(inputs.IsDefault ? "no" : inputs.Length)} inputs.", nameof(kind));

    private static bool IsAllowed(AccusationKind kind, TraceOpening? leaf, int output, long element, TensorEvidence? accused, ImmutableArray<InputEvidence> inputs)
    {
        if (inputs.IsDefault || inputs.Length > MaxInputs || output < 0 || output >= TraceLeaf.MaxOutputs || element < 0 || (leaf is null) != (kind == AccusationKind.Interface))
        {
            return false;
        }

        for (int i = 1; i < inputs.Length; i++)
        {
            if (inputs[i].Input <= inputs[i - 1].Input)
            {
                return false;
            }
        }

        return kind switch
        {
            AccusationKind.Element => accused is not null,
            AccusationKind.Signature => accused is not null && accused.Chunks.IsEmpty && element == 0,
            AccusationKind.Layouts => accused is not null && inputs.Length == 1 && inputs[0].Input == 0 && inputs[0].Leaf is null && inputs[0].Tensor.Header.Layout != accused.Header.Layout,
            AccusationKind.Leaf => accused is null && inputs.IsEmpty && output == 0 && element == 0,
            AccusationKind.Interface => accused is null && !inputs.IsEmpty && output == 0 && element == 0 && inputs.All(static input => input.Tensor.Chunks.IsEmpty),
            _ => false,
        };
    }
}
