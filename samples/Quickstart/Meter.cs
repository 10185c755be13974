namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>What one provider computed, and what that cost it in ledger units.</summary>
internal sealed class Meter
{
    public int Runs { get; private set; }

    public double Cost { get; private set; }

    public void Add(double cost)
    {
        Runs++;
        Cost += cost;
    }
}
