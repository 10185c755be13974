using Verifiable.Inference.Comparison;

namespace Verifiable.Inference.Tests.Comparison;

/// <summary>Every comparer. A new comparer is one line here, and all laws run on it.</summary>
public static class ComparerRegistry
{
    private static readonly ComparerCase[] _cases =
    [
        new(OutputComparers.Exact, ZeroOfAnotherSignIs: double.PositiveInfinity),
        new(OutputComparers.MaxAbsolute, ZeroOfAnotherSignIs: 0),
        new(OutputComparers.MaxUlp, ZeroOfAnotherSignIs: 0),
        new(OutputComparers.NormRelative, ZeroOfAnotherSignIs: 0),
        new(OutputComparers.Cosine, ZeroOfAnotherSignIs: 0, SeesEveryDifference: false),
    ];

    public static TheoryData<string> Names => [.. _cases.Select(comparer => comparer.Comparer.Name)];

    public static TheoryData<string> SeeingNames => [.. _cases.Where(static comparer => comparer.SeesEveryDifference).Select(static comparer => comparer.Comparer.Name)];

    public static ComparerCase Get(string name) => _cases.Single(comparer => comparer.Comparer.Name == name);
}
