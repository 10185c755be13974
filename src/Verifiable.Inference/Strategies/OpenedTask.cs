using Verifiable.Inference.Claims;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies;

/// <summary>A signed envelope, and what the ledger said when its task was opened.</summary>
internal readonly record struct OpenedTask(SignedEnvelope Envelope, LedgerRefusal Refusal);
