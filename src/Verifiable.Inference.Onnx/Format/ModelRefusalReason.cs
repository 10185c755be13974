namespace Verifiable.Inference.Onnx.Format;

/// <summary>Names why a model was refused; <c>default</c> means that nothing was refused.</summary>
public enum ModelRefusalReason : byte
{
    /// <summary>No refusal.</summary>
    None = 0,

    /// <summary>The bytes are no ONNX model: broken encoding, a missing field, text that is not UTF-8.</summary>
    Malformed = 1,

    /// <summary>A limit of <see cref="OnnxReadOptions"/>, or of .NET memory, is exceeded.</summary>
    TooLarge = 2,

    /// <summary>The version of the format is not one that this library knows.</summary>
    UnsupportedIrVersion = 3,

    /// <summary>A graph node's domain has no operator set version, or has two.</summary>
    MissingOpset = 4,

    /// <summary>The operator is not one that the engine has, in this version of its operator set.</summary>
    UnsupportedOperator = 5,

    /// <summary>An attribute, or its value, is not one that is supported.</summary>
    UnsupportedAttribute = 6,

    /// <summary>A tensor or a value has a type that is not supported.</summary>
    UnsupportedType = 7,

    /// <summary>A graph node needs its own output, directly or through others.</summary>
    Cyclic = 8,

    /// <summary>A graph node stands before one that it needs; an order without that fault exists.</summary>
    NotTopological = 9,

    /// <summary>Two values, attributes or graph inputs have one name.</summary>
    DuplicateName = 10,

    /// <summary>A name is used that nothing defines: a missing initialiser, or an output that is never produced.</summary>
    UndefinedValue = 11,

    /// <summary>The graph has no graph nodes or no outputs.</summary>
    EmptyGraph = 12,

    /// <summary>A tensor's elements do not match its type and shape, or are no values of its type.</summary>
    BadTensor = 13,

    /// <summary>A dimension is negative or shapes contradict each other.</summary>
    BadShape = 14,

    /// <summary>A float is a NaN of another pattern than the canonical one of its type.</summary>
    NonCanonicalNaN = 15,

    /// <summary>A tensor's elements stand outside the file, where they may not be read or are not there.</summary>
    ExternalDataRefused = 16,

    /// <summary>A graph node has a body where none is supported: another operator than If, Loop and Scan, a list of bodies, or an operator in a body that draws.</summary>
    SubgraphUnsupported = 17,

    /// <summary>The model defines functions.</summary>
    FunctionUnsupported = 18,

    /// <summary>A tensor is sparse.</summary>
    SparseUnsupported = 19,

    /// <summary>The file could not be read: it is not there, or access is denied.</summary>
    Unreadable = 20,

    /// <summary>An attribute is missing, of the wrong kind, stated twice or holds no value.</summary>
    BadAttribute = 21,
}
