namespace Verifiable.Inference.Disputes;

/// <summary>What an accusation says of a claim. Numbers are on the wire and never reused. Zero accuses of nothing and is refused.</summary>
public enum AccusationKind : byte
{
    /// <summary>Nothing; refused.</summary>
    None = 0,

    /// <summary>A committed output element differs from the operator's definition on the claim's own committed inputs.</summary>
    Element = 1,

    /// <summary>A committed output has a type or shape that does not follow from the inputs, or the inputs do not fit the operator at all.</summary>
    Signature = 2,

    /// <summary>Two commitments of one output, in different layouts, are not to the same elements.</summary>
    Layouts = 3,

    /// <summary>A leaf has not the outputs, or not in the layouts, that the model calls for, or is not what the claim says of the model's outputs.</summary>
    Leaf = 4,

    /// <summary>Inputs of the request or outputs of the model are not of the types and shapes that the model declares.</summary>
    Interface = 5,
}
