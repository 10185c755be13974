namespace Verifiable.Inference.SideBySide;

/// <summary>Names what is measured.</summary>
internal enum WorkKind
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The time of a run in steady state, both engines in one process.</summary>
    Time,

    /// <summary>The time from the model file to the first result, in a fresh process.</summary>
    FirstResult,

    /// <summary>The time of a run that commits to chosen cut points, against the same engine without a trace.</summary>
    CutPoints,

    /// <summary>The time of a run that commits to every graph node, against the same engine without a trace.</summary>
    FullTrace,

    /// <summary>The time of a decoder to the first token after a prompt.</summary>
    Prefill,

    /// <summary>The time of a decoder for each token after the first.</summary>
    Decode,

    /// <summary>The time of a generation that commits to chosen cut points of every step, against the same decoder without a trace.</summary>
    DecodeCutPoints,

    /// <summary>The most memory that a process holds that loads the model and runs it some times.</summary>
    Memory,
}
