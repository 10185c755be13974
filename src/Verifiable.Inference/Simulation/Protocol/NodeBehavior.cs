namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>What a simulated node does with the tasks that it is given.</summary>
public enum NodeBehavior
{
    /// <summary>Nothing is said; no simulation takes it.</summary>
    None = 0,

    /// <summary>Computes every answer, at the honest cost.</summary>
    Honest,

    /// <summary>Computes nothing and answers with noise of its own, which no other node's answer equals.</summary>
    Lazy,

    /// <summary>Runs the cheap model, at the substitute's cost; all who do have the same answer.</summary>
    Substituting,

    /// <summary>Computes nothing: copies an answer that leaked, and where none did answers with noise.</summary>
    FreeRiding,

    /// <summary>Belongs to the ring of its group: runs the cheap model once a work for all of them, and confirms what another of them claimed.</summary>
    Colluding,

    /// <summary>Answers honestly when it is the first, and contradicts everybody whom it checks.</summary>
    Griefing,

    /// <summary>Learns from what it earned whether to compute or to run the cheap model.</summary>
    Adaptive,
}
