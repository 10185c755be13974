using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>A public source of randomness in rounds, which neither requester nor provider can steer or foresee. Implementations are thread-safe.</summary>
public interface IRandomBeacon
{
    /// <summary>Gets the beacon's name in requests.</summary>
    string Name { get; }

    /// <summary>Gets the value of a round, if it is out.</summary>
    bool TryGetValue(ulong round, out Digest value);
}
