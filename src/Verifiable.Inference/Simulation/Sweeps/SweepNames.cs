namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>What may be the name of a column: nothing that a reader of CSV or JSON would have to quote.</summary>
internal static class SweepNames
{
    public static void ThrowIfWrong(string name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > 64 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            throw new ArgumentException($"Expected a name of 1 to 64 letters, digits, dots, dashes or underscores, got '{name}'.");
        }
    }
}
