using System.Buffers.Binary;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.LedgerSpeed;

/// <summary>The commands of tasks that are opened, accepted, claimed and settled, some thousand of them open at a time, among a thousand nodes.</summary>
internal sealed class TaskLives
{
    private const int Nodes = 1000;
    private const int Open = 2000;

    private readonly Queue<(Digest Task, NodeId Provider, Digest Secret, int Step)> _tasks = new();
    private long _number;

    /// <summary>Gets the commands before the first task.</summary>
    public static IEnumerable<LedgerCommand> Funding =>
        Enumerable.Range(0, Nodes).SelectMany(number => new LedgerCommand[] { new Deposit(Node(number), new Amount(1UL << 40)), new Bond(Node(number), new Amount(1UL << 30)) });

    /// <summary>Gets the time of the next command.</summary>
    public long Now => 1_000_000 + (_number / 20);

    /// <summary>Makes the next commands.</summary>
    public LedgerCommand[] Next(int count)
    {
        LedgerCommand[] commands = new LedgerCommand[count];
        for (int i = 0; i < count; i++, _number++)
        {
            commands[i] = _tasks.Count < Open ? OpenNext() : StepNext();
        }

        return commands;
    }

    private static NodeId Node(long number) => new(Named(1, number));

    private static Digest Named(byte kind, long number)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], number);
        return Digest.Of(bytes);
    }

    private OpenTask OpenNext()
    {
        Digest task = Named(2, _number);
        Digest secret = Named(3, _number);
        NodeId provider = Node((_number * 7) % Nodes);
        _tasks.Enqueue((task, provider, secret, 0));
        return new OpenTask(task, Node(_number % Nodes), provider, new Amount(100), new Amount(50), new Amount(500), Now + 60_000, Now + 120_000, AuditSecret.Commit(secret));
    }

    private LedgerCommand StepNext()
    {
        (Digest task, NodeId provider, Digest secret, int step) = _tasks.Dequeue();
        switch (step)
        {
            case 0:
                _tasks.Enqueue((task, provider, secret, 1));
                return new AcceptTask(task, provider);
            case 1:
                _tasks.Enqueue((task, provider, secret, 2));
                return new PostClaim(task, provider, secret);
            default:
                return new Settle(
                    [new TaskSettlement(task, SettlementCause.Served, secret) { Claim = secret }], [new Transfer(task, TransferSource.Escrow, provider, new Amount(50), TransferPurpose.Reward)]);
        }
    }
}
