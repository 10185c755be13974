using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

public sealed class LedgerRefusalTests
{
    private const long Deadline = 100;
    private const long OpeningDeadline = 200;

    private static readonly NodeId s_requester = LedgerWorld.Node(1);
    private static readonly NodeId s_provider = LedgerWorld.Node(2);
    private static readonly NodeId s_stranger = LedgerWorld.Node(3);

    // Tasks of the state below: open, accepted, claimed, claimed for another requester, and cancelled.
    private static readonly Digest s_open = LedgerWorld.Task(1);
    private static readonly Digest s_accepted = LedgerWorld.Task(2);
    private static readonly Digest s_claimed = LedgerWorld.Task(3);
    private static readonly Digest s_other = LedgerWorld.Task(4);
    private static readonly Digest s_closed = LedgerWorld.Task(5);
    private static readonly Digest s_unknown = LedgerWorld.Task(99);

    private static readonly Digest s_demanded = LedgerWorld.Task(6);

    private static readonly LedgerState s_state = Create();

    private static readonly Dictionary<LedgerRefusal, (LedgerCommand Command, long Now)[]> s_cases = new()
    {
        [LedgerRefusal.TimeRunsBackwards] = [(new Deposit(s_requester, new Amount(1)), 9)],
        [LedgerRefusal.NobodyNamed] =
        [
            (new Deposit(default, new Amount(1)), 10), (new Withdraw(default, new Amount(1)), 10), (new Bond(default, new Amount(1)), 10),
            (new Unbond(default, new Amount(1)), 10), (Offer(s_unknown) with { Requester = default }, 10), (Offer(s_unknown) with { Provider = default }, 10),
        ],
        [LedgerRefusal.ZeroAmount] =
        [
            (new Deposit(s_requester, default), 10), (new Withdraw(s_requester, default), 10), (new Bond(s_requester, default), 10),
            (new Unbond(s_provider, default), 10), (Served(new Transfer(s_claimed, TransferSource.Escrow, s_provider, default, TransferPurpose.Reward)), 10),
        ],
        [LedgerRefusal.Overflow] = [(new Deposit(s_requester, new Amount(ulong.MaxValue - 1099)), 10), (new Deposit(s_stranger, new Amount(ulong.MaxValue)), 10)],
        [LedgerRefusal.InsufficientBalance] =
        [
            (new Withdraw(s_stranger, new Amount(1)), 10), (new Withdraw(s_requester, new Amount(ulong.MaxValue)), 10), (new Bond(s_stranger, new Amount(1)), 10),
            (Offer(s_unknown) with { Escrow = new Amount(1001) }, 10), (Offer(s_unknown) with { Requester = s_stranger }, 10),
        ],
        [LedgerRefusal.InsufficientFreeStake] =
        [
            (new Unbond(s_provider, new Amount(11)), 10), (new Unbond(s_stranger, new Amount(1)), 10), (new AcceptTask(s_open, s_provider), 10),
        ],
        [LedgerRefusal.TaskExists] = [(Offer(s_open), 10), (Offer(s_closed), 10)],
        [LedgerRefusal.TaskUnknown] =
        [
            (new AcceptTask(s_unknown, s_provider), 10), (new PostClaim(s_unknown, s_provider, default), 10), (new CancelTask(s_unknown), 10),
            (new ForfeitOpening(s_unknown), 10), (new ExpireSilence(s_unknown), 10), (Settlement(s_unknown, SettlementCause.Served), 10),
        ],
        [LedgerRefusal.TaskClosed] =
        [
            (new AcceptTask(s_closed, s_provider), 10), (new PostClaim(s_closed, s_provider, default), 10), (new CancelTask(s_closed), 10),
            (new ForfeitOpening(s_closed), 300), (new ExpireSilence(s_closed), 300), (Settlement(s_closed, SettlementCause.Served), 10),
        ],
        [LedgerRefusal.RewardExceedsEscrow] = [(Offer(s_unknown) with { Reward = new Amount(51) }, 10)],
        [LedgerRefusal.InvalidDeadlines] =
        [
            (Offer(s_unknown), Deadline), (Offer(s_unknown) with { OpeningDeadline = Deadline }, 10), (Offer(s_unknown) with { Deadline = long.MinValue }, 10),
        ],
        [LedgerRefusal.WrongProvider] = [(new AcceptTask(s_open, s_stranger), 10), (new PostClaim(s_accepted, s_stranger, default), 10)],
        [LedgerRefusal.AlreadyAccepted] = [(new AcceptTask(s_accepted, s_provider), 10), (new AcceptTask(s_claimed, s_provider), 10), (new CancelTask(s_accepted), 10), (new CancelTask(s_claimed), 300)],
        [LedgerRefusal.AcceptanceTooLate] = [(new AcceptTask(s_open, s_provider), Deadline), (new AcceptTask(s_open, s_provider), long.MaxValue)],
        [LedgerRefusal.NotAccepted] =
        [
            (new PostClaim(s_open, s_provider, default), 10), (new ForfeitOpening(s_open), 300), (new ExpireSilence(s_open), 300),
            (Settlement(s_open, SettlementCause.Silent), 150),
        ],
        [LedgerRefusal.ClaimTooLate] = [(new PostClaim(s_accepted, s_provider, default), Deadline), (new PostClaim(s_accepted, s_provider, default), long.MaxValue)],
        [LedgerRefusal.AlreadyPosted] = [(new PostClaim(s_claimed, s_provider, LedgerWorld.Claim(3)), 10), (new PostClaim(s_claimed, s_provider, LedgerWorld.Claim(3)), 300)],
        [LedgerRefusal.Equivocation] = [(new PostClaim(s_claimed, s_provider, LedgerWorld.Claim(4)), 10), (new PostClaim(s_claimed, s_provider, LedgerWorld.Claim(4)), 300)],
        [LedgerRefusal.ClaimPosted] = [(Settlement(s_claimed, SettlementCause.Silent), 150), (new ExpireSilence(s_claimed), 300)],
        [LedgerRefusal.ClaimMissing] =
        [
            (Settlement(s_accepted, SettlementCause.Served), 150), (Settlement(s_accepted, SettlementCause.Convicted), 150), (new ForfeitOpening(s_accepted), 300),
        ],
        [LedgerRefusal.DeadlineNotReached] = [(Settlement(s_accepted, SettlementCause.Silent), Deadline - 1)],
        [LedgerRefusal.OpeningDeadlineNotReached] = [(new ForfeitOpening(s_claimed), OpeningDeadline - 1), (new ExpireSilence(s_accepted), OpeningDeadline - 1)],
        [LedgerRefusal.OpeningTooLate] = [(Settlement(s_claimed, SettlementCause.Served), OpeningDeadline), (Settlement(s_accepted, SettlementCause.Silent), OpeningDeadline)],
        [LedgerRefusal.WrongSecret] = [(new Settle([new TaskSettlement(s_claimed, SettlementCause.Served, default)], []), 10)],
        [LedgerRefusal.SettlementEmpty] = [(new Settle([], []), 10), (new Settle(default, default), 10)],
        [LedgerRefusal.SettlementTooLarge] =
        [
            (new Settle([.. Enumerable.Repeat(Item(s_claimed, SettlementCause.Served), Settle.MaxTasks + 1)], []), 10),
            (Served([.. Enumerable.Repeat(Transfer.Burn(s_claimed, TransferSource.Escrow, new Amount(1)), Settle.MaxTransfers + 1)]), 10),
        ],
        [LedgerRefusal.TaskListedTwice] = [(new Settle([Item(s_claimed, SettlementCause.Served), Item(s_claimed, SettlementCause.Served)], []), 10)],
        [LedgerRefusal.RequesterMismatch] = [(new Settle([Item(s_claimed, SettlementCause.Served), Item(s_other, SettlementCause.Served)], []), 10)],
        [LedgerRefusal.InvalidCause] = [(Settlement(s_claimed, SettlementCause.None), 10), (Settlement(s_claimed, (SettlementCause)9), 10)],
        [LedgerRefusal.InvalidTransfer] =
        [
            (Served(new Transfer(s_claimed, TransferSource.None, s_provider, new Amount(1), TransferPurpose.Reward)), 10),
            (Served(new Transfer(s_claimed, (TransferSource)9, s_provider, new Amount(1), TransferPurpose.Reward)), 10),
            (Served(new Transfer(s_claimed, TransferSource.Escrow, s_provider, new Amount(1), TransferPurpose.None)), 10),
            (Served(new Transfer(s_claimed, TransferSource.Escrow, s_provider, new Amount(1), (TransferPurpose)9)), 10),
            (Served(new Transfer(s_claimed, TransferSource.Escrow, s_provider, new Amount(1), TransferPurpose.Burn)), 10),
            (Served(new Transfer(s_claimed, TransferSource.Escrow, default, new Amount(1), TransferPurpose.Reward)), 10),
        ],
        [LedgerRefusal.TransferFromUnlistedTask] =
        [
            (Served(new Transfer(s_accepted, TransferSource.Escrow, s_provider, new Amount(1), TransferPurpose.Reward)), 10),
            (Served(new Transfer(s_unknown, TransferSource.Stake, s_provider, new Amount(1), TransferPurpose.Bounty)), 10),
        ],
        [LedgerRefusal.StakeNotForfeit] = [(Served(Transfer.Burn(s_claimed, TransferSource.Stake, new Amount(1))), 10)],
        [LedgerRefusal.TransferExceedsSource] =
        [
            (Served(new Transfer(s_claimed, TransferSource.Escrow, s_provider, new Amount(51), TransferPurpose.Reward)), 10),
            (Served(Transfer.Burn(s_claimed, TransferSource.Escrow, new Amount(50)), Transfer.Burn(s_claimed, TransferSource.Escrow, new Amount(ulong.MaxValue))), 10),
            (Settlement(s_claimed, SettlementCause.Convicted, Transfer.Burn(s_claimed, TransferSource.Stake, new Amount(31))), 10),
            (Settlement(s_accepted, SettlementCause.Silent, Transfer.Burn(s_accepted, TransferSource.Stake, new Amount(ulong.MaxValue))), 150),
        ],
        [LedgerRefusal.AlreadyDemanded] = [(new DemandClaim(s_demanded), 10)],
        [LedgerRefusal.DemandTooLate] = [(new DemandClaim(s_claimed), 125), (new DemandClaim(s_claimed), long.MaxValue)],
        [LedgerRefusal.NotDemanded] = [(new RevealClaim(s_claimed, s_provider, LedgerWorld.Claim(3)), 10)],
        [LedgerRefusal.ClaimMismatch] = [(new RevealClaim(s_demanded, s_provider, LedgerWorld.Claim(4)), 10)],
        [LedgerRefusal.RevealTooLate] = [(new RevealClaim(s_demanded, s_provider, LedgerWorld.Claim(3)), 150)],
        [LedgerRefusal.RevealDeadlineNotReached] = [(Settlement(s_demanded, SettlementCause.Silent), 149)],
        [LedgerRefusal.ClaimNotRevealed] = [(new ForfeitOpening(s_demanded), 300)],
    };

    // The shell's own refusals: the state machine never gives them.
    private static readonly LedgerRefusal[] s_shell =
    [
        LedgerRefusal.UnsignedCommand,
        LedgerRefusal.WrongLedger,
        LedgerRefusal.InvalidSignature,
        LedgerRefusal.EvidenceRefused,
        LedgerRefusal.EvidenceOfAnotherLedger,
    ];

    public static TheoryData<LedgerRefusal> Refusals => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refused_command_says_why_and_changes_nothing(LedgerRefusal refusal)
    {
        foreach ((LedgerCommand command, long now) in s_cases[refusal])
        {
            Assert.Equal((refusal, command), (s_state.Apply(command, now, out LedgerState next), command));
            Assert.Same(s_state, next);
        }
    }

    [Fact]
    public void Every_refusal_of_the_state_machine_has_a_test() =>
        Assert.Equal(Enum.GetValues<LedgerRefusal>().Where(refusal => refusal != LedgerRefusal.None), s_cases.Keys.Concat(s_shell).Order());

    [Fact]
    public void The_largest_deposit_fits() =>
        Assert.Equal(LedgerRefusal.None, s_state.Apply(new Deposit(s_stranger, new Amount(ulong.MaxValue - 1100)), 10, out _));

    private static LedgerState Create()
    {
        LedgerState state = LedgerState.Empty;
        LedgerCommand[] commands =
        [
            new Deposit(s_requester, new Amount(1000)),
            new Deposit(s_provider, new Amount(100)),
            new Bond(s_provider, new Amount(100)),
            Offer(s_open),
            Offer(s_accepted),
            Offer(s_claimed),
            Offer(s_other) with { Requester = s_provider, Escrow = default, Reward = default },
            Offer(s_closed),
            new AcceptTask(s_accepted, s_provider),
            new AcceptTask(s_claimed, s_provider),
            new AcceptTask(s_other, s_provider),
            new PostClaim(s_claimed, s_provider, LedgerWorld.Claim(3)),
            new PostClaim(s_other, s_provider, LedgerWorld.Claim(3)),
            new CancelTask(s_closed),
            Offer(s_demanded) with { StakeAtRisk = default },
            new AcceptTask(s_demanded, s_provider),
            new PostClaim(s_demanded, s_provider, LedgerWorld.Claim(3)),
            new DemandClaim(s_demanded),
        ];
        foreach (LedgerCommand command in commands)
        {
            Assert.Equal(LedgerRefusal.None, state.Apply(command, 10, out state));
        }

        return state;
    }

    private static OpenTask Offer(Digest task) => LedgerWorld.Open(task, s_requester, s_provider, 50, 20, 30, Deadline, OpeningDeadline);

    private static TaskSettlement Item(Digest task, SettlementCause cause) => new(task, cause, LedgerWorld.Secret(task));

    private static Settle Settlement(Digest task, SettlementCause cause, params Transfer[] transfers) => new([Item(task, cause)], [.. transfers]);

    private static Settle Served(params Transfer[] transfers) => Settlement(s_claimed, SettlementCause.Served, transfers);
}
