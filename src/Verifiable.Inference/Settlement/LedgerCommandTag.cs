namespace Verifiable.Inference.Settlement;

/// <summary>Names the kinds of commands on the wire; numbers are never reused.</summary>
internal enum LedgerCommandTag : byte
{
    None = 0,
    Deposit = 1,
    Withdraw = 2,
    Bond = 3,
    Unbond = 4,
    OpenTask = 5,
    AcceptTask = 6,
    PostClaim = 7,
    CancelTask = 8,
    Settle = 9,
    ForfeitOpening = 10,
    ExpireSilence = 11,
    DemandClaim = 12,
    RevealClaim = 13,
    Once = 14,
    CollectStake = 15,
    LockCollateral = 16,
    ReleaseCollateral = 17,
    ForfeitCollateral = 18,
    OpenBondedTask = 19,
    HoldTask = 20,
    DecideTask = 21,
}
