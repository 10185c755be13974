using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tests.Settlement;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Valid encodings of what a ledger keeps in a store.</summary>
internal static class LedgerSeeds
{
    public static IEnumerable<Collateral> Collaterals() =>
    [
        new Collateral(LedgerWorld.Claim(1), LedgerWorld.Node(1), new Amount(5), 9, IsClosed: false),
        new Collateral(default, default, new Amount(ulong.MaxValue), long.MinValue, IsClosed: true),
    ];

    public static IEnumerable<LedgerRecord> Records()
    {
        SignedClaim[] claims = [.. ClaimSeeds.SignedClaims()];
        Signed<LedgerHead>[] heads = [.. ClaimSeeds.SignedHeads()];
        return ClaimSeeds.Entries().SelectMany(entry => new[] { new LedgerRecord(entry, null, null), new LedgerRecord(entry, claims[0], heads[0]) });
    }

    public static IEnumerable<LedgerSnapshot> Snapshots()
    {
        yield return new LedgerSnapshot(default, 0, default, LedgerState.Empty, [], []);
        foreach (int commands in new[] { 10, 60 })
        {
            LedgerState state = LedgerModelTests.Run(commands, commands);
            CommandAuthorization? signature = ClaimSeeds.Authorizations().First();
            ImmutableArray<KeyValuePair<Digest, TaskPapers>> papers =
            [
                .. state.Tasks.Keys.Select((task, index) => KeyValuePair.Create(task, new TaskPapers
                {
                    FreshFrom = (ulong)index,
                    Acceptance = index % 2 == 0 ? signature : null,
                    Posting = index % 3 == 0 ? signature : null,
                    Head = index == 1 ? ClaimSeeds.SignedHeads().First() : null,
                })),
            ];
            yield return new LedgerSnapshot(LedgerWorld.Node(1), 100, LedgerWorld.Claim(1), state, papers, [(5, 1), (7, 4)]);
        }
    }
}
