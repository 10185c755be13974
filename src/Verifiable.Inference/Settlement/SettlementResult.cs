using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>What a ledger did with a settlement.</summary>
/// <param name="Refusal">Why it was refused, or <see cref="LedgerRefusal.None"/>.</param>
/// <param name="HashBefore">The hash of the entry before the settlement; <c>default</c> after a refusal.</param>
/// <param name="Head">The signed head whose last entry is the settlement; <see langword="null"/> after a refusal.</param>
public readonly record struct SettlementResult(LedgerRefusal Refusal, Digest HashBefore, Signed<LedgerHead>? Head);
