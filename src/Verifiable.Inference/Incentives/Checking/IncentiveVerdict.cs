namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Names what a check concluded. The default is no conclusion.</summary>
public enum IncentiveVerdict
{
    /// <summary>Nothing is concluded: the limit of work was reached, or products of parameters were beyond the method.</summary>
    Undetermined = 0,

    /// <summary>The property holds for all parameters that the constraints allow.</summary>
    Holds,

    /// <summary>The property fails for some parameters that the constraints allow; the finding names such.</summary>
    Fails,
}
