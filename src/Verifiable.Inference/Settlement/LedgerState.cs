using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Everything a ledger knows, and the rule by which commands change it: pure, total, without clock or chance. The same commands at the same times give the same
/// state everywhere. Immutable and thread-safe.
/// </summary>
public sealed class LedgerState
{
    /// <summary>Puts a state together.</summary>
    internal LedgerState(
        ImmutableSortedDictionary<NodeId, LedgerAccount> accounts,
        ImmutableSortedDictionary<NodeId, Amount> stakes,
        ImmutableSortedDictionary<Digest, TaskRecord> tasks,
        LedgerTotals totals,
        long time)
    {
        Accounts = accounts;
        Stakes = stakes;
        Tasks = tasks;
        Totals = totals;
        Time = time;
    }

    /// <summary>Gets the state before the first command.</summary>
    public static LedgerState Empty { get; } = new(
        ImmutableSortedDictionary<NodeId, LedgerAccount>.Empty,
        ImmutableSortedDictionary<NodeId, Amount>.Empty,
        ImmutableSortedDictionary<Digest, TaskRecord>.Empty,
        default,
        0);

    /// <summary>Gets the accounts that hold something, in the order of their ids.</summary>
    public ImmutableSortedDictionary<NodeId, LedgerAccount> Accounts { get; }

    /// <summary>Gets the bonded stakes, free and reserved, of all accounts that have some. The same object as long as no stake changed.</summary>
    public ImmutableSortedDictionary<NodeId, Amount> Stakes { get; }

    /// <summary>Gets all tasks, closed ones too, in the order of their ids.</summary>
    public ImmutableSortedDictionary<Digest, TaskRecord> Tasks { get; }

    /// <summary>Gets where all money is.</summary>
    public LedgerTotals Totals { get; }

    /// <summary>Gets the time of the last command, in milliseconds since 1970-01-01 UTC; 0 before the first.</summary>
    public long Time { get; }

    /// <summary>Gets an account; nothing for a node that the ledger never met.</summary>
    public LedgerAccount GetAccount(NodeId node) => Accounts.GetValueOrDefault(node);

    /// <summary>Gets a task, or <see langword="null"/> when there is none with this id.</summary>
    public TaskRecord? FindTask(Digest task) => Tasks.GetValueOrDefault(task);

    /// <summary>Does a command, or refuses it.</summary>
    /// <param name="command">The command. Whether its author may give it is not asked here.</param>
    /// <param name="now">The time, in milliseconds since 1970-01-01 UTC; not before <see cref="Time"/>.</param>
    /// <param name="next">The state after the command; after a refusal this very state.</param>
    /// <returns>Why the command was refused, or <see cref="LedgerRefusal.None"/>.</returns>
    public LedgerRefusal Apply(LedgerCommand command, long now, out LedgerState next)
    {
        ArgumentNullException.ThrowIfNull(command);
        next = this;
        if (now < Time)
        {
            return LedgerRefusal.TimeRunsBackwards;
        }

        LedgerDraft draft = new(this);
        LedgerRefusal refusal = command.ApplyTo(draft, now);
        if (refusal == LedgerRefusal.None)
        {
            next = draft.ToState(now);
        }

        return refusal;
    }
}
