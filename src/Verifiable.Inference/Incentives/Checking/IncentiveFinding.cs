using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Holds what a check of one property found. Made by <see cref="IncentiveChecker"/> only; immutable.</summary>
public sealed record IncentiveFinding
{
    internal IncentiveFinding(IncentiveProperty property, IncentiveVerdict verdict, StopReason stop)
    {
        Property = property;
        Verdict = verdict;
        Stop = stop;
    }

    /// <summary>Gets the property.</summary>
    public IncentiveProperty Property { get; }

    /// <summary>Gets the conclusion.</summary>
    public IncentiveVerdict Verdict { get; }

    /// <summary>Gets why the check ended.</summary>
    public StopReason Stop { get; }

    /// <summary>Gets a value indicating whether no parameters satisfy the constraints, so that the verdict says nothing.</summary>
    public bool IsVacuous { get; internal init; }

    /// <summary>Gets the number of cases that were told apart.</summary>
    public int Cases { get; internal init; }

    /// <summary>Gets the weakest condition under which the property holds; <see langword="null"/> when it was not asked for, not needed, or not found within the limit.</summary>
    public IncentivePrecondition? Precondition { get; internal init; }

    /// <summary>Gets parameters and a line of play by which the property fails; <see langword="null"/> when it does not fail.</summary>
    public IncentiveCounterexample? Counterexample { get; internal init; }
}
