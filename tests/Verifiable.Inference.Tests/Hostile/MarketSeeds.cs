using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tests.Tasks;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Valid values of what a market is told and keeps.</summary>
internal static class MarketSeeds
{
    private static readonly EcdsaP256Signer _signer = EcdsaP256Signer.FromSeed("signer"u8);

    public static IEnumerable<MarketPosting> Postings() =>
        [MarketPlayer.Posting(1), MarketPlayer.Posting(2, MarketAssignment.Direct, priority: 3), MarketPlayer.Posting(3, MarketAssignment.Strategy) with { Parent = Digest.Of([1]) }];

    public static IEnumerable<MarketCommand> Commands()
    {
        NodeId ledger = MarketPlayer.Ledger;
        NodeId node = _signer.PublicKey.Id;
        Digest task = Digest.Of([1]);
        Digest reference = Digest.Of([2]);
        return
        [
            MarketCommand.Join(ledger, node, 3, 4), MarketCommand.Leave(ledger, node, 5), MarketCommand.Withdraw(ledger, node, task),
            MarketCommand.Bid(ledger, node, task, new Amount(7), 2), MarketCommand.Assign(ledger, task), MarketCommand.Confirm(ledger, task, reference), MarketCommand.Answer(ledger, task, reference),
            MarketCommand.Deliver(ledger, task), MarketCommand.Deliver(ledger, task, node), MarketCommand.OpenDraw(ledger, task, reference), MarketCommand.Challenge(ledger, node, task),
            MarketCommand.Recompute(ledger, task, node, reference, 1), MarketCommand.Acquit(ledger, task), MarketCommand.Convict(ledger, task), MarketCommand.Requeue(ledger, task),
            MarketCommand.Reassign(ledger, task), MarketCommand.Finish(ledger, task), MarketCommand.Expire(ledger, task), MarketCommand.StartRun(ledger, node, task, 0),
            MarketCommand.NoteStakes(ledger, [new StakeChange(node, new Amount(9))]),
            MarketCommand.NoteStakes(ledger, [.. MarketPlayer.Providers.Order().Select((provider, index) => new StakeChange(provider, new Amount((ulong)index)))]),
            MarketCommand.FinishRun(ledger, node, task, reference, VerdictKind.Rejected, true, 1), MarketCommand.LoseRun(ledger, node, task, 1), .. Postings().Select(posting => MarketCommand.Post(posting, reference)),
        ];
    }

    public static IEnumerable<Signed<MarketCommand>> SignedCommands() => Commands().Where(command => command.NeedsSignature).Select(command => _signer.Sign(command));

    public static IEnumerable<MarketSnapshot> Snapshots() =>
    [
        new MarketSnapshot(MarketPlayer.Ledger, MarketState.Empty), .. new[] { 30, 400 }.Select(static commands => new MarketSnapshot(MarketPlayer.Ledger, MarketPlayer.Play(commands, commands))),
    ];

    public static IEnumerable<MarketEntry> Entries() => Commands().Select((command, index) => command.NeedsSignature
        ? new MarketEntry(index, command, _signer.PublicKey, _signer.Sign(command).Signature)
        : new MarketEntry(index, command, null, OpaqueBytes.Empty));
}
