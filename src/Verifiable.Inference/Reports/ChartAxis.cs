namespace Verifiable.Inference.Reports;

/// <summary>An axis. Immutable.</summary>
/// <param name="Label">The label, with the unit.</param>
/// <param name="Least">The value at its beginning; above 0 on a logarithmic axis.</param>
/// <param name="Greatest">The value at its end, above the least.</param>
/// <param name="IsLogarithmic">Whether equal ratios have equal lengths.</param>
public sealed record ChartAxis(string Label, double Least, double Greatest, bool IsLogarithmic = false)
{
    internal void ThrowIfInvalid(string name)
    {
        if (!double.IsFinite(Least) || !double.IsFinite(Greatest) || !(Least < Greatest) || (IsLogarithmic && !(Least > 0)))
        {
            throw new ArgumentException($"Expected an axis whose ends are finite and in order, above 0 where it is logarithmic, got {Least} to {Greatest}.", name);
        }
    }
}
