using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>An answer that was delivered and then found wrong.</summary>
/// <param name="Provider">Who gave it.</param>
/// <param name="Output">What was delivered.</param>
/// <param name="Verdict">The verdict on it.</param>
/// <param name="Receipt">The receipt, with what convicts; <see langword="null"/> where the ledger settled no more.</param>
public sealed record OverturnedAnswer(NodeId Provider, NamedTensors Output, Verdict Verdict, Receipt? Receipt);
