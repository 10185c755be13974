using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Everything a ledger knows, and the rule by which commands change it: pure, total, without clock or chance. The same commands at the same times give the same
/// state everywhere. Immutable and thread-safe.
/// </summary>
public sealed class LedgerState
{
    /// <summary>How long stake takes to be unbonded: 20 minutes, twice the time that an opening head is good for.</summary>
    public const long UnbondingMilliseconds = 2 * InferenceLedger.MaxHeadAgeMilliseconds;

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

    /// <summary>Gets all tasks, in the order of their ids.</summary>
    public ImmutableSortedDictionary<Digest, TaskRecord> Tasks { get; }

    /// <summary>Gets all collaterals, in the order of their ids.</summary>
    public ImmutableSortedDictionary<Digest, Collateral> Collaterals { get; internal init; } = ImmutableSortedDictionary<Digest, Collateral>.Empty;

    /// <summary>Gets the commands that were done under ids that have not expired, in the order of the ids.</summary>
    public ImmutableSortedDictionary<Digest, DoneCommand> Done { get; internal init; } = ImmutableSortedDictionary<Digest, DoneCommand>.Empty;

    /// <summary>Gets when what can be dropped: all closed tasks and collaterals, and all ids of commands.</summary>
    [AllowNull]
    internal ImmutableSortedSet<LedgerExpiry> Expiries
    {
        get => field ??= FindExpiries();
        init;
    }

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

        PlainDraft draft = new(this);
        LedgerRefusal refusal = command.ApplyTo(draft, now);
        if (refusal == LedgerRefusal.None)
        {
            draft.DropExpired(now);
            next = draft.ToState(now);
        }

        return refusal;
    }

    /// <summary>Adds to a time; the end of time where it does not fit.</summary>
    internal static long Later(long time, long milliseconds) => time > long.MaxValue - milliseconds ? long.MaxValue : time + milliseconds;

    private ImmutableSortedSet<LedgerExpiry> FindExpiries() =>
    [
        .. Tasks.Values.Where(static task => task.IsClosed).Select(static task => new LedgerExpiry(task.RetainedUntil, LedgerExpiryKind.Task, task.Task)),
        .. Collaterals.Values.Where(static collateral => collateral.IsClosed).Select(static collateral => new LedgerExpiry(collateral.Expiry, LedgerExpiryKind.Collateral, collateral.Id)),
        .. Done.Select(static done => new LedgerExpiry(done.Value.Expiry, LedgerExpiryKind.Command, done.Key)),
    ];
}
