using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

public sealed class LedgerRefusalTests
{
    private const long Deadline = 100;
    private const long OpeningDeadline = 200;

    private static readonly NodeId _requester = LedgerWorld.Node(1);
    private static readonly NodeId _provider = LedgerWorld.Node(2);
    private static readonly NodeId _stranger = LedgerWorld.Node(3);

    // Tasks of the state below: open, accepted, claimed, claimed for another requester, and cancelled.
    private static readonly Digest _open = LedgerWorld.Task(1);
    private static readonly Digest _accepted = LedgerWorld.Task(2);
    private static readonly Digest _claimed = LedgerWorld.Task(3);
    private static readonly Digest _other = LedgerWorld.Task(4);
    private static readonly Digest _closed = LedgerWorld.Task(5);
    private static readonly Digest _demanded = LedgerWorld.Task(6);
    private static readonly Digest _bonded = LedgerWorld.Task(11);
    private static readonly Digest _pending = LedgerWorld.Task(12);
    private static readonly Digest _stands = LedgerWorld.Task(13);
    private static readonly Digest _convicted = LedgerWorld.Task(14);
    private static readonly Digest _held = LedgerWorld.Claim(101);
    private static readonly Digest _given = LedgerWorld.Claim(102);
    private static readonly Digest _used = LedgerWorld.Claim(103);
    private static readonly Deposit _payment = new(_requester, new Amount(1));
    private static readonly Digest _unknown = LedgerWorld.Task(99);

    private static readonly LedgerState _state = Create();

    private static readonly Dictionary<LedgerRefusal, (LedgerCommand Command, long Now)[]> _cases = new()
    {
        [LedgerRefusal.TimeRunsBackwards] = [(new Deposit(_requester, new Amount(1)), 9)],
        [LedgerRefusal.NobodyNamed] =
        [
            (new Deposit(default, new Amount(1)), 10), (new Withdraw(default, new Amount(1)), 10), (new Bond(default, new Amount(1)), 10),
            (new Unbond(default, new Amount(1)), 10), (Offer(_unknown) with { Requester = default }, 10), (Offer(_unknown) with { Provider = default }, 10),
        ],
        [LedgerRefusal.ZeroAmount] =
        [
            (new Deposit(_requester, default), 10), (new Withdraw(_requester, default), 10), (new Bond(_requester, default), 10),
            (new Unbond(_provider, default), 10), (Served(new Transfer(_claimed, TransferSource.Escrow, _provider, default, TransferPurpose.Reward)), 10),
        ],
        [LedgerRefusal.Overflow] = [(new Deposit(_requester, new Amount(ulong.MaxValue - 1128)), 10), (new Deposit(_stranger, new Amount(ulong.MaxValue)), 10)],
        [LedgerRefusal.InsufficientBalance] =
        [
            (new Withdraw(_stranger, new Amount(1)), 10), (new Withdraw(_requester, new Amount(ulong.MaxValue)), 10), (new Bond(_stranger, new Amount(1)), 10),
            (Offer(_unknown) with { Escrow = new Amount(1001) }, 10), (Offer(_unknown) with { Requester = _stranger }, 10),
        ],
        [LedgerRefusal.InsufficientFreeStake] =
        [
            (new Unbond(_provider, new Amount(11)), 10), (new Unbond(_stranger, new Amount(1)), 10), (new AcceptTask(_open, _provider), 10),
        ],
        [LedgerRefusal.TaskExists] = [(Offer(_open), 10), (Offer(_closed), 10)],
        [LedgerRefusal.TaskUnknown] =
        [
            (new AcceptTask(_unknown, _provider), 10), (new PostClaim(_unknown, _provider, default), 10), (new CancelTask(_unknown), 10),
            (new ForfeitOpening(_unknown), 10), (new ExpireSilence(_unknown), 10), (Settlement(_unknown, SettlementCause.Served), 10),
        ],
        [LedgerRefusal.TaskClosed] =
        [
            (new AcceptTask(_closed, _provider), 10), (new PostClaim(_closed, _provider, default), 10), (new CancelTask(_closed), 10),
            (new ForfeitOpening(_closed), 300), (new ExpireSilence(_closed), 300), (Settlement(_closed, SettlementCause.Served), 10),
        ],
        [LedgerRefusal.RewardExceedsEscrow] = [(Offer(_unknown) with { Reward = new Amount(51) }, 10)],
        [LedgerRefusal.InvalidDeadlines] =
        [
            (Offer(_unknown), Deadline), (Offer(_unknown) with { OpeningDeadline = Deadline }, 10), (Offer(_unknown) with { Deadline = long.MinValue }, 10),
        ],
        [LedgerRefusal.WrongProvider] = [(new AcceptTask(_open, _stranger), 10), (new PostClaim(_accepted, _stranger, default), 10)],
        [LedgerRefusal.AlreadyAccepted] = [(new AcceptTask(_accepted, _provider), 10), (new AcceptTask(_claimed, _provider), 10), (new CancelTask(_accepted), 10), (new CancelTask(_claimed), 300)],
        [LedgerRefusal.AcceptanceTooLate] = [(new AcceptTask(_open, _provider), Deadline), (new AcceptTask(_open, _provider), long.MaxValue)],
        [LedgerRefusal.NotAccepted] =
        [
            (new PostClaim(_open, _provider, default), 10), (new ForfeitOpening(_open), 300), (new ExpireSilence(_open), 300),
            (Settlement(_open, SettlementCause.Silent), 150),
        ],
        [LedgerRefusal.ClaimTooLate] = [(new PostClaim(_accepted, _provider, default), Deadline), (new PostClaim(_accepted, _provider, default), long.MaxValue)],
        [LedgerRefusal.AlreadyPosted] = [(new PostClaim(_claimed, _provider, LedgerWorld.Claim(3)), 10), (new PostClaim(_claimed, _provider, LedgerWorld.Claim(3)), 300)],
        [LedgerRefusal.Equivocation] = [(new PostClaim(_claimed, _provider, LedgerWorld.Claim(4)), 10), (new PostClaim(_claimed, _provider, LedgerWorld.Claim(4)), 300)],
        [LedgerRefusal.ClaimPosted] = [(Settlement(_claimed, SettlementCause.Silent), 150), (new ExpireSilence(_claimed), 300)],
        [LedgerRefusal.ClaimMissing] =
        [
            (Settlement(_accepted, SettlementCause.Served), 150), (Settlement(_accepted, SettlementCause.Convicted), 150), (new ForfeitOpening(_accepted), 300),
        ],
        [LedgerRefusal.DeadlineNotReached] = [(Settlement(_accepted, SettlementCause.Silent), Deadline - 1)],
        [LedgerRefusal.OpeningDeadlineNotReached] = [(new ForfeitOpening(_claimed), OpeningDeadline - 1), (new ExpireSilence(_accepted), OpeningDeadline - 1)],
        [LedgerRefusal.OpeningTooLate] = [(Settlement(_claimed, SettlementCause.Served), OpeningDeadline), (Settlement(_accepted, SettlementCause.Silent), OpeningDeadline)],
        [LedgerRefusal.WrongSecret] = [(new Settle([new TaskSettlement(_claimed, SettlementCause.Served, default)], []), 10)],
        [LedgerRefusal.SettlementEmpty] = [(new Settle([], []), 10), (new Settle(default, default), 10)],
        [LedgerRefusal.SettlementTooLarge] =
        [
            (new Settle([.. Enumerable.Repeat(Item(_claimed, SettlementCause.Served), Settle.MaxTasks + 1)], []), 10),
            (Served([.. Enumerable.Repeat(Transfer.Burn(_claimed, TransferSource.Escrow, new Amount(1)), Settle.MaxTransfers + 1)]), 10),
        ],
        [LedgerRefusal.TaskListedTwice] = [(new Settle([Item(_claimed, SettlementCause.Served), Item(_claimed, SettlementCause.Served)], []), 10)],
        [LedgerRefusal.RequesterMismatch] = [(new Settle([Item(_claimed, SettlementCause.Served), Item(_other, SettlementCause.Served)], []), 10)],
        [LedgerRefusal.InvalidCause] = [(Settlement(_claimed, SettlementCause.None), 10), (Settlement(_claimed, (SettlementCause)9), 10)],
        [LedgerRefusal.InvalidTransfer] =
        [
            (Served(new Transfer(_claimed, TransferSource.None, _provider, new Amount(1), TransferPurpose.Reward)), 10),
            (Served(new Transfer(_claimed, (TransferSource)9, _provider, new Amount(1), TransferPurpose.Reward)), 10),
            (Served(new Transfer(_claimed, TransferSource.Escrow, _provider, new Amount(1), TransferPurpose.None)), 10),
            (Served(new Transfer(_claimed, TransferSource.Escrow, _provider, new Amount(1), (TransferPurpose)9)), 10),
            (Served(new Transfer(_claimed, TransferSource.Escrow, _provider, new Amount(1), TransferPurpose.Burn)), 10),
            (Served(new Transfer(_claimed, TransferSource.Escrow, default, new Amount(1), TransferPurpose.Reward)), 10),
        ],
        [LedgerRefusal.TransferFromUnlistedTask] =
        [
            (Served(new Transfer(_accepted, TransferSource.Escrow, _provider, new Amount(1), TransferPurpose.Reward)), 10),
            (Served(new Transfer(_unknown, TransferSource.Stake, _provider, new Amount(1), TransferPurpose.Bounty)), 10),
        ],
        [LedgerRefusal.StakeNotForfeit] = [(Served(Transfer.Burn(_claimed, TransferSource.Stake, new Amount(1))), 10)],
        [LedgerRefusal.TransferExceedsSource] =
        [
            (Served(new Transfer(_claimed, TransferSource.Escrow, _provider, new Amount(51), TransferPurpose.Reward)), 10),
            (Served(Transfer.Burn(_claimed, TransferSource.Escrow, new Amount(50)), Transfer.Burn(_claimed, TransferSource.Escrow, new Amount(ulong.MaxValue))), 10),
            (Settlement(_claimed, SettlementCause.Convicted, Transfer.Burn(_claimed, TransferSource.Stake, new Amount(31))), 10),
            (Settlement(_accepted, SettlementCause.Silent, Transfer.Burn(_accepted, TransferSource.Stake, new Amount(ulong.MaxValue))), 150),
        ],
        [LedgerRefusal.AlreadyDemanded] = [(new DemandClaim(_demanded), 10)],
        [LedgerRefusal.DemandTooLate] = [(new DemandClaim(_claimed), 112), (new DemandClaim(_claimed), long.MaxValue)],
        [LedgerRefusal.NotDemanded] = [(new RevealClaim(_claimed, _provider, LedgerWorld.Claim(3)), 10), (new RevealClaim(_open, _provider, default), 10)],
        [LedgerRefusal.ClaimMismatch] =
        [
            (new RevealClaim(_demanded, _provider, LedgerWorld.Claim(4)), 10),
            (new Settle([Item(_claimed, SettlementCause.Served) with { Claim = LedgerWorld.Claim(4) }], []), 10),
            (new Settle([Item(_claimed, SettlementCause.Served) with { Claim = default }], []), 10),
            (new Settle([Item(_claimed, SettlementCause.Convicted) with { Claim = LedgerWorld.Claim(4) }], []), 10),
            (new Settle([Item(_accepted, SettlementCause.Silent) with { Claim = LedgerWorld.Claim(3) }], []), Deadline),
        ],
        [LedgerRefusal.RevealTooLate] = [(new RevealClaim(_demanded, _provider, LedgerWorld.Claim(3)), 125), (new RevealClaim(_demanded, _provider, LedgerWorld.Claim(3)), long.MaxValue)],
        [LedgerRefusal.RevealDeadlineNotReached] = [(Settlement(_demanded, SettlementCause.Silent), 124)],
        [LedgerRefusal.NothingUnbonding] = [(new CollectStake(_requester), 10), (new CollectStake(_stranger), 10)],
        [LedgerRefusal.UnbondingNotOver] = [(new CollectStake(_provider), 10), (new CollectStake(_provider), 9 + LedgerState.UnbondingMilliseconds)],
        [LedgerRefusal.CollateralExists] = [(Lock(_held), 10), (Lock(_given), 10)],
        [LedgerRefusal.CollateralUnknown] = [(new ReleaseCollateral(_unknown), 10), (Forfeit(_unknown), 10)],
        [LedgerRefusal.CollateralClosed] = [(new ReleaseCollateral(_given), 10), (Forfeit(_given), 10)],
        [LedgerRefusal.CollateralExpired] = [(Forfeit(_held), Deadline), (Forfeit(_held), long.MaxValue)],
        [LedgerRefusal.CommandHasOwnId] = [(Under(_unknown, new CancelTask(_open)), 10), (Under(_unknown, Under(_unknown, _payment)), 10), (Under(_unknown, new AcceptTask(_open, _provider)), 10)],
        [LedgerRefusal.AlreadyDone] = [(Under(_used, _payment), 10), (Under(_used, _payment), Deadline - 1)],
        [LedgerRefusal.CommandIdReused] = [(Under(_used, _payment with { Amount = new Amount(2) }), 10), (Under(_used, _payment) with { Expiry = Deadline + 1 }, 10)],
        [LedgerRefusal.CommandExpired] = [(Under(_used, _payment), Deadline), (Under(_unknown, _payment), Deadline), (Under(_unknown, _payment) with { Expiry = long.MinValue }, 10)],
        [LedgerRefusal.ExpiryTooFar] = [(Under(_unknown, _payment) with { Expiry = 11 + Once.MaxMilliseconds }, 10), (Under(_unknown, _payment) with { Expiry = long.MaxValue }, 10)],
        [LedgerRefusal.TaskInCourt] =
        [
            (new HoldTask(_pending, LedgerWorld.Claim(3)), 10), (new ForfeitOpening(_pending), OpeningDeadline), (Settlement(_pending, SettlementCause.Served), 10), (Settlement(_pending, SettlementCause.Convicted), 10),
            (Ruled(_pending, SettlementCause.Served, CourtStanding.Pending), 10), (Ruled(_claimed, SettlementCause.Served, CourtStanding.Pending), 10), (Ruled(_pending, SettlementCause.Served, CourtStanding.Stands), 10),
        ],
        [LedgerRefusal.NotInCourt] = [(new DecideTask(_bonded, IsConvicted: true), 10), (new DecideTask(_convicted, IsConvicted: false), 10), (new DecideTask(_stands, IsConvicted: true), 10)],
        [LedgerRefusal.NoClaimBond] = [(new HoldTask(_claimed, LedgerWorld.Claim(3)), 10)],
        [LedgerRefusal.RulingMismatch] =
        [
            // A conviction that is left out, or said to be none; an acquittal likewise; and one that nobody made.
            (Settlement(_convicted, SettlementCause.Served), 150), (Settlement(_convicted, SettlementCause.Convicted), 150), (Ruled(_convicted, SettlementCause.Served, CourtStanding.Convicted), 10),
            (Ruled(_convicted, SettlementCause.Served, CourtStanding.Stands), 10), (Ruled(_convicted, SettlementCause.Served, CourtStanding.Refused), 10),
            (Settlement(_stands, SettlementCause.Served), 150), (Ruled(_stands, SettlementCause.Convicted, CourtStanding.Convicted), 10), (Ruled(_stands, SettlementCause.Served, CourtStanding.Refused), 10),
            (Ruled(_bonded, SettlementCause.Convicted, CourtStanding.Convicted), 10), (Ruled(_bonded, SettlementCause.Served, CourtStanding.Stands), 10),

            // Pay for a bonded claim that the court did not find to stand.
            (Ruled(_bonded, SettlementCause.Served, CourtStanding.Refused, new Transfer(_bonded, TransferSource.Escrow, _provider, new Amount(1), TransferPurpose.Reward)), 10),
            (Settlement(_bonded, SettlementCause.Served, new Transfer(_bonded, TransferSource.Escrow, _provider, new Amount(1), TransferPurpose.Compensation)), 150),
            (Ruled(_convicted, SettlementCause.Convicted, CourtStanding.Convicted, new Transfer(_convicted, TransferSource.Escrow, _provider, new Amount(1), TransferPurpose.Reward)), 10),
        ],
        [LedgerRefusal.CourtDeadlineNotReached] = [(Settlement(_bonded, SettlementCause.Served), 10), (Settlement(_bonded, SettlementCause.Served), 149)],
        [LedgerRefusal.CourtDeadlinePassed] = [(new HoldTask(_bonded, LedgerWorld.Claim(3)), 150), (new HoldTask(_bonded, LedgerWorld.Claim(3)), long.MaxValue)],
        [LedgerRefusal.ClaimNotRevealed] = [(new ForfeitOpening(_demanded), OpeningDeadline)],
    };

    // The shell's own refusals: the state machine never gives them.
    private static readonly LedgerRefusal[] _shell =
    [
        LedgerRefusal.UnsignedCommand,
        LedgerRefusal.WrongLedger,
        LedgerRefusal.InvalidSignature,
        LedgerRefusal.EvidenceRefused,
        LedgerRefusal.EvidenceOfAnotherLedger,
        LedgerRefusal.EvidenceStale,
        LedgerRefusal.StoreFailed,
    ];

    public static TheoryData<LedgerRefusal> Refusals => [.. _cases.Keys];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refused_command_says_why_and_changes_nothing(LedgerRefusal refusal)
    {
        foreach ((LedgerCommand command, long now) in _cases[refusal])
        {
            Assert.Equal((refusal, command), (_state.Apply(command, now, out LedgerState next), command));
            Assert.Same(_state, next);
        }
    }

    [Fact]
    public void Every_refusal_of_the_state_machine_has_a_test() =>
        Assert.Equal(Enum.GetValues<LedgerRefusal>().Where(refusal => refusal != LedgerRefusal.None), _cases.Keys.Concat(_shell).Order());

    [Fact]
    public void The_largest_deposit_fits() =>
        Assert.Equal(LedgerRefusal.None, _state.Apply(new Deposit(_stranger, new Amount(ulong.MaxValue - 1129)), 10, out _));

    private static LedgerState Create()
    {
        LedgerState state = LedgerState.Empty;
        LedgerCommand[] commands =
        [
            new Deposit(_requester, new Amount(1000)),
            new Deposit(_provider, new Amount(100)),
            new Bond(_provider, new Amount(100)),
            new Deposit(_provider, new Amount(28)),
            Offer(_open),
            Offer(_accepted),
            Offer(_claimed),
            Offer(_other) with { Requester = _provider, Escrow = default, Reward = default },
            Offer(_closed),
            new AcceptTask(_accepted, _provider),
            new AcceptTask(_claimed, _provider),
            new AcceptTask(_other, _provider),
            new PostClaim(_claimed, _provider, LedgerWorld.Claim(3)),
            new PostClaim(_other, _provider, LedgerWorld.Claim(3)),
            new CancelTask(_closed),
            Offer(_demanded) with { StakeAtRisk = default },
            new AcceptTask(_demanded, _provider),
            new PostClaim(_demanded, _provider, LedgerWorld.Claim(3)),
            new DemandClaim(_demanded),
            new Unbond(_provider, new Amount(1)),
            Lock(_held),
            Lock(_given),
            new ReleaseCollateral(_given),
            Under(_used, _payment),
        ];
        IEnumerable<LedgerCommand> bonded = new[] { _bonded, _pending, _stands, _convicted }.SelectMany(static task => (LedgerCommand[])
        [
            Offer(task) with { StakeAtRisk = new Amount(1), ClaimBond = new Amount(7) }, new AcceptTask(task, _provider), new PostClaim(task, _provider, LedgerWorld.Claim(3)),
        ]);
        LedgerCommand[] ruled =
        [
            new HoldTask(_pending, LedgerWorld.Claim(3)), new HoldTask(_stands, LedgerWorld.Claim(3)), new HoldTask(_convicted, LedgerWorld.Claim(3)),
            new DecideTask(_stands, IsConvicted: false), new DecideTask(_convicted, IsConvicted: true),
        ];
        foreach (LedgerCommand command in commands.Concat(bonded).Concat(ruled))
        {
            Assert.Equal(LedgerRefusal.None, state.Apply(command, 10, out state));
        }

        return state;
    }

    private static OpenTask Offer(Digest task) => LedgerWorld.Open(task, _requester, _provider, 50, 20, 30, Deadline, OpeningDeadline);

    private static LockCollateral Lock(Digest id) => new(id, _requester, new Amount(5), Deadline);

    private static ForfeitCollateral Forfeit(Digest id) => new(id, [new Transfer(id, TransferSource.Collateral, default, new Amount(1), TransferPurpose.Burn)]);

    private static Once Under(Digest id, LedgerCommand command) => new(id, Deadline, command);

    private static TaskSettlement Item(Digest task, SettlementCause cause) => new(task, cause, LedgerWorld.Secret(task)) { Claim = _state.FindTask(task)?.Claim ?? default };

    private static Settle Settlement(Digest task, SettlementCause cause, params Transfer[] transfers) => new([Item(task, cause)], [.. transfers]);

    private static Settle Ruled(Digest task, SettlementCause cause, CourtStanding court, params Transfer[] transfers) => new([Item(task, cause) with { Court = court }], [.. transfers]);

    private static Settle Served(params Transfer[] transfers) => Settlement(_claimed, SettlementCause.Served, transfers);
}
