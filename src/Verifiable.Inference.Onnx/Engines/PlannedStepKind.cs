namespace Verifiable.Inference.Onnx.Engines;

/// <summary>How a graph node is run.</summary>
internal enum PlannedStepKind
{
    /// <summary>Not decided.</summary>
    None = 0,

    /// <summary>Not at all: its outputs depend on shapes and constants only, and were computed with the plan.</summary>
    Folded,

    /// <summary>Its output is a view of its first input.</summary>
    View,

    /// <summary>Into memory that was planned.</summary>
    Planned,

    /// <summary>Shapes are found and memory is taken in the run, because they depend on elements.</summary>
    Dynamic,

    /// <summary>By running bodies; memory is taken in the run.</summary>
    Bodies,
}
