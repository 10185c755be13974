namespace Verifiable.Inference.Incentives.Advice;

/// <summary>Names what a parameter measures, and so where it may lie. The default names nothing.</summary>
public enum AdviceParameterKind
{
    /// <summary>Nothing is named.</summary>
    Unspecified = 0,

    /// <summary>An amount of money, from 0 to <see cref="SamplingEconomics.GreatestAmount"/>.</summary>
    Amount,

    /// <summary>A probability or a share, in [0, 1].</summary>
    Probability,
}
