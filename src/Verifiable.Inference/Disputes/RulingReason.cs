namespace Verifiable.Inference.Disputes;

/// <summary>Why a referee ruled as it did. The first reasons are of rulings without a conclusion, then those that convict, then those that acquit.</summary>
public enum RulingReason
{
    /// <summary>No reason was stated.</summary>
    None = 0,

    /// <summary>The claim is of another model or numeric profile than the referee's.</summary>
    WrongModel,

    /// <summary>The claim does not answer its envelope, or names another trace.</summary>
    ClaimMalformed,

    /// <summary>The referee has no definition of the graph node's operator.</summary>
    Unsupported,

    /// <summary>The evidence, or what the definition reads, is beyond the referee's limits.</summary>
    TooLarge,

    /// <summary>The model has no such graph node or output.</summary>
    NoSuchOutput,

    /// <summary>The output has no such element.</summary>
    NoSuchElement,

    /// <summary>A leaf is not one of the trace, or is of another graph node than the model's wiring says.</summary>
    LeafNotOfTrace,

    /// <summary>Evidence is not of the tensor that was committed to, or is in another layout than the one that the model's wiring says.</summary>
    EvidenceNotCommitted,

    /// <summary>An input that the graph node has is not open.</summary>
    InputMissing,

    /// <summary>An input is open that the graph node has not, or that is open already at a lower position.</summary>
    InputSuperfluous,

    /// <summary>The definition needs an element whose chunk is not open.</summary>
    EvidenceIncomplete,

    /// <summary>The definition does not go through for these inputs. That is a fault of the referee's or of inputs that no run can have, and convicts nobody.</summary>
    DefinitionFailed,

    /// <summary>Convicts: the committed element is not the one that the definition gives.</summary>
    ElementDiffers,

    /// <summary>Convicts: the committed type or shape is not the one that the definition gives.</summary>
    SignatureDiffers,

    /// <summary>Convicts: no run has these inputs, because the operator refuses them.</summary>
    InputsDoNotFit,

    /// <summary>Convicts: two commitments of one output are not to the same elements.</summary>
    LayoutsDiffer,

    /// <summary>Convicts: a leaf has not the outputs, or not in the layouts, that the model calls for.</summary>
    LeafMalformed,

    /// <summary>Convicts: a claimed output is not the one that the trace, the request or the model has.</summary>
    OutputNotOfTrace,

    /// <summary>Convicts: the trace is not over as many graph nodes as the model has.</summary>
    NodeCountDiffers,

    /// <summary>Convicts: the claim has not the outputs, or the request not the inputs, that the model declares.</summary>
    InterfaceViolated,

    /// <summary>Acquits: the committed element is the one that the definition gives.</summary>
    ElementAgrees,

    /// <summary>Acquits: type and shape follow from the inputs.</summary>
    SignatureAgrees,

    /// <summary>Acquits: the two commitments are to the same element.</summary>
    LayoutsAgree,

    /// <summary>Acquits: the leaf, or the claim as a whole, is formed as the model calls for.</summary>
    WellFormed,
}
