namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Says whether a certificate proves what it states. <c>default</c> says no.</summary>
/// <param name="IsValid">Whether every inequality holds.</param>
/// <param name="Explanation">What was checked, or the first thing that does not hold.</param>
public readonly record struct CertificateVerdict(bool IsValid, string Explanation);
