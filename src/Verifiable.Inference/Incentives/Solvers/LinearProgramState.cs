namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>How a linear program ended.</summary>
internal enum LinearProgramState
{
    /// <summary>It was not solved.</summary>
    None = 0,

    /// <summary>There is an optimal solution.</summary>
    Optimal,

    /// <summary>Nothing satisfies the constraints.</summary>
    Infeasible,

    /// <summary>The objective grows without end.</summary>
    Unbounded,

    /// <summary>The work was stopped.</summary>
    Stopped,
}
