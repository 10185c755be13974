using Verifiable.Inference.Commitments;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies;

/// <summary>Reads the value of a beacon's round, again and again until it is out: a value that is late by a moment must not acquit whom the draw by it would convict.</summary>
internal static class BeaconReading
{
    private const long FirstPause = 10;
    private const long LongestPause = 1000;

    /// <summary>Waits for the value of a round.</summary>
    /// <param name="network">What says what time it is, and waits.</param>
    /// <param name="beacon">The beacon.</param>
    /// <param name="round">The round.</param>
    /// <param name="latest">The last moment at which the value is of use, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The value; <see langword="null"/> where it has not come by then.</returns>
    public static async ValueTask<Digest?> ReadAsync(InferenceNetwork network, IRandomBeacon beacon, ulong round, long latest, CancellationToken cancellationToken)
    {
        await network.WaitUntilAsync(Math.Min(beacon.TimeOf(round), latest), cancellationToken).ConfigureAwait(false);
        for (long pause = FirstPause; ; pause = Math.Min(2 * pause, LongestPause))
        {
            if (beacon.TryGetValue(round, out Digest value))
            {
                return value;
            }

            long now = network.Now;
            if (now >= latest)
            {
                return null;
            }

            await network.WaitUntilAsync(Math.Min(now + pause, latest), cancellationToken).ConfigureAwait(false);
        }
    }
}
