namespace Verifiable.Inference.Tests.Storage;

/// <summary>What is lost between two runs.</summary>
internal enum RestartKind
{
    None = 0,

    /// <summary>Nothing that the system had taken.</summary>
    ProcessKilled,

    /// <summary>Of what was not flushed, everything after some byte and some change of names.</summary>
    PowerCut,

    /// <summary>Of what was not flushed, any sectors.</summary>
    PowerCutOutOfOrder,
}
