namespace Verifiable.Inference.GameCases;

/// <summary>A game with its known answer.</summary>
/// <param name="Name">What is printed.</param>
/// <param name="Run">Solves, compares, and says how it ended, with what was expected and what was found when it failed.</param>
internal sealed record GameCase(string Name, Func<(GameOutcome Outcome, string Remark)> Run);
