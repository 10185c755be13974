using System.Collections.Immutable;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>What follows from a record: the verdict, the settlement, and who was found to have cheated.</summary>
/// <param name="Verdict">The verdict on the asserter's output.</param>
/// <param name="Tasks">How each task is closed, in the order of the record.</param>
/// <param name="Transfers">What is paid and burnt.</param>
/// <param name="Convicted">The indexes of the seats whose providers lose stake.</param>
/// <param name="BestSeat">The index of the seat whose output is to be used; −1 when there is none.</param>
public sealed record OptimisticDecision(
    Verdict Verdict, ImmutableArray<TaskSettlement> Tasks, ImmutableArray<Transfer> Transfers, ImmutableArray<int> Convicted, int BestSeat);
