namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>An equilibrium of a <see cref="WatcherGame"/>: rates a claim.</summary>
/// <param name="FraudRate">The probability that an answer is a cheat, X.</param>
/// <param name="CheckRate">The probability with which each watcher looks, q.</param>
/// <param name="ExpectedChecks">The expected number of looks, nq.</param>
/// <param name="OverlookedRate">The probability that an answer is a cheat that nobody finds.</param>
/// <param name="ExpectedLoss">What overlooked cheats cost who uses the answers, on average.</param>
public readonly record struct WatcherEquilibrium(double FraudRate, double CheckRate, double ExpectedChecks, double OverlookedRate, double ExpectedLoss);
