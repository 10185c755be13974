using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tasks;

/// <summary>
/// The secrets of a task's random challenges, one for each provider that it may have: a chain of hashes, of which the posting commits to the end and each assignment opens the next link. What is
/// opened for one assignment tells nothing of the next one's, and all of them were fixed before the first provider took the task (L. Lamport, CACM 24(11), 1981).
/// </summary>
internal static class MarketDrawChain
{
    /// <summary>The length: one link for each assignment that a posting may ask for.</summary>
    public const int Length = MarketPosting.GreatestReassignments + 1;

    /// <summary>Gives the secret of an assignment.</summary>
    /// <param name="seed">The secret of the last assignment that there can be; kept by the market.</param>
    /// <param name="assignment">The assignment, 1 to <see cref="Length"/>.</param>
    public static Digest Link(Digest seed, int assignment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(assignment, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(assignment, Length);
        return Hash(seed, Length - assignment);
    }

    /// <summary>Gives what a posting commits to.</summary>
    /// <param name="seed">The secret of the last assignment that there can be.</param>
    public static Digest Commit(Digest seed) => Hash(seed, Length);

    /// <summary>Tells whether a secret is the one of an assignment. Total: no assignment beyond the chain has one.</summary>
    public static bool IsLink(Digest commitment, Digest secret, int assignment) => assignment is >= 1 and <= Length && Hash(secret, assignment) == commitment;

    private static Digest Hash(Digest value, int times)
    {
        for (int i = 0; i < times; i++)
        {
            value = AuditSecret.Commit(value);
        }

        return value;
    }
}
