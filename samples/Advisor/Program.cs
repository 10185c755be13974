using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

// How little can be staked and audited so that cheating pays nowhere, when 1,996 of 2,000 cheats were told apart in a test, and a quarter is kept in reserve?
StrategyAssessment terms = new SamplingStrategy(new SamplingOptions { Beacon = HashChainBeacon.Generate() }).Assess();
AdviceOptions careful = new AdviceOptions { SafetyMargin = 0.25m }.With("δ", AdviceRange.Measured(1996, 2000, 0.95m)).With("r", 0, 0.2m);
Console.WriteLine(terms.Examine(careful)!.Explanation);
Console.WriteLine(terms.Minimize("S", careful).Explanation);
Console.WriteLine(terms.Minimize("p", careful).Explanation);
AdvisedPair pair = IncentiveAdvisor.MinimizeCost(terms.Model!, "p", firstPrice: 120, "S", secondPrice: 0.001m, greatest: 100_000, careful);
Console.WriteLine($"Cheapest, with stake at a thousandth of a unit for each task: S = {pair.Second.Value}, p = {pair.First.Value!.Value.ToDecimalText(6)}.");
