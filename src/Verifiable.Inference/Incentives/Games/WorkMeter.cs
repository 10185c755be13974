namespace Verifiable.Inference.Incentives.Games;

/// <summary>Counts the steps of one run against a <see cref="WorkLimit"/>. Not thread-safe.</summary>
internal sealed class WorkMeter(WorkLimit limit)
{
    private const int StepsBetweenLooks = 64;

    private long _left = limit.Steps;
    private long _untilLook;

    /// <summary>Gets why the work must stop; <see cref="StopReason.None"/> while it may go on.</summary>
    internal StopReason Stop { get; private set; }

    internal bool IsStopped => Stop != StopReason.None;

    /// <summary>Gets what a result says: the reason of a stop, or that the work was done.</summary>
    internal StopReason Outcome => IsStopped ? Stop : StopReason.Finished;

    /// <summary>Spends steps; false, now and ever after, when the work must stop.</summary>
    internal bool TrySpend(long steps = 1)
    {
        if (IsStopped)
        {
            return false;
        }

        _untilLook -= steps;
        if (_untilLook < 0)
        {
            _untilLook = StepsBetweenLooks;
            if (limit.CancellationToken.IsCancellationRequested)
            {
                Stop = StopReason.Cancelled;
                return false;
            }
        }

        if (_left < steps)
        {
            Stop = StopReason.LimitReached;
            return false;
        }

        _left -= steps;
        return true;
    }
}
