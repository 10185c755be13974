using Verifiable.Inference.Strategies;

namespace Verifiable.Inference.Tasks;

/// <summary>What came of one run of a market's task.</summary>
/// <param name="Refusal">Why the market refused the run; <see cref="MarketRefusal.None"/> when it did not.</param>
/// <param name="Outcome">What the strategy concluded; <see langword="null"/> when the run was refused.</param>
/// <param name="State">Where the task stands afterwards.</param>
public sealed record MarketRun(MarketRefusal Refusal, VerificationOutcome? Outcome, MarketTaskState State);
