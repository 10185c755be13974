using System.Collections.Immutable;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>What follows from a record: the verdict, the settlement, and who was found to have cheated.</summary>
/// <param name="Verdict">The verdict on the first committee's output; where it had none, on the second's.</param>
/// <param name="Tasks">How each task is closed, in the order of the record.</param>
/// <param name="Transfers">What is paid and burnt.</param>
/// <param name="Convicted">The indexes of the holdings whose providers were convicted or silent.</param>
/// <param name="Best">The index of the holding whose output is to be used; −1 when there is none.</param>
internal sealed record QuorumDecision(Verdict Verdict, ImmutableArray<TaskSettlement> Tasks, ImmutableArray<Transfer> Transfers, ImmutableArray<int> Convicted, int Best);
