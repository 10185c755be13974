namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>What goes wrong in a stream: answers, so that there are mismatches, and votes on them, which a beacon draws that has a round every 30 seconds.</summary>
/// <param name="Rate">The probability that an answer is wrong.</param>
/// <param name="SettlementDelay">The settlement's delay.</param>
internal sealed record StreamFaults(double Rate, TimeSpan SettlementDelay);
