namespace Verifiable.Inference.SideBySide;

/// <summary>Costs of repeated runs of one thing. Not thread-safe.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    internal double Least => _values.Min();

    internal double Median => _values.Order().ElementAt(_values.Count / 2);

    internal void Add(double value) => _values.Add(value);
}
