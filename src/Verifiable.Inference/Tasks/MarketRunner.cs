using System.Collections.Frozen;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tasks;

/// <summary>
/// Does the work of a requester's tasks: runs verification strategies for those that strategies draw, and offers those that have a provider. Holds the requester's key. Thread-safe.
/// </summary>
public sealed class MarketRunner
{
    private readonly TaskMarket _market;
    private readonly InferenceNetwork _network;
    private readonly ISigner _requester;
    private readonly FrozenDictionary<string, VerificationStrategy> _strategies;

    /// <summary>Creates a runner.</summary>
    /// <param name="market">The market.</param>
    /// <param name="network">Where tasks are run; of the market's ledger.</param>
    /// <param name="requester">Who posts, signs and pays.</param>
    /// <param name="strategies">The strategies by which tasks may be run.</param>
    public MarketRunner(TaskMarket market, InferenceNetwork network, ISigner requester, params IEnumerable<VerificationStrategy> strategies)
    {
        ArgumentNullException.ThrowIfNull(market);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(requester);
        ArgumentNullException.ThrowIfNull(strategies);
        _market = market;
        _network = network;
        _requester = requester;
        _strategies = strategies.ToFrozenDictionary(static strategy => strategy.Name, StringComparer.Ordinal);
    }

    private NodeId Requester => _requester.PublicKey.Id;

    /// <summary>Posts a task.</summary>
    public MarketRefusal Post(MarketPosting posting)
    {
        ArgumentNullException.ThrowIfNull(posting);
        return _market.Apply(_requester.Sign(MarketCommand.Post(posting, _market.DrawCommitmentOf(posting.Digest))));
    }

    /// <summary>Runs a queued task by the strategy that its posting names.</summary>
    /// <param name="task">The task.</param>
    /// <param name="order">What is computed; its inputs must open the posting's commitments.</param>
    /// <param name="cancellationToken">Ends the run; the task is queued again.</param>
    /// <exception cref="InvalidOperationException">The strategy is not among those of this runner, or cannot run; the message says why.</exception>
    public async ValueTask<MarketRun> RunAsync(Digest task, InferenceOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (_market.State.FindTask(task) is not { } queued)
        {
            return new MarketRun(MarketRefusal.TaskUnknown, null, MarketTaskState.None);
        }

        if (!_strategies.TryGetValue(queued.Posting.Strategy, out VerificationStrategy? strategy))
        {
            throw new InvalidOperationException($"Expected one of the strategies {string.Join(", ", _strategies.Keys.Order(StringComparer.Ordinal))}, got '{queued.Posting.Strategy}'.");
        }

        MarketRefusal refusal = _market.Apply(_requester.Sign(MarketCommand.StartRun(_network.Ledger.Id, Requester, task, queued.Assignments)));
        if (refusal != MarketRefusal.None)
        {
            return new MarketRun(refusal, null, queued.State);
        }

        int run = queued.Assignments + 1;
        VerificationOutcome outcome;
        try
        {
            // What is provisional can still be overturned: the market hears of the end only.
            outcome = await strategy.RunAsync(order, _network, cancellationToken).ConfigureAwait(false);
            outcome = await outcome.Finality.ConfigureAwait(false);
        }
        catch
        {
            _ = _market.Apply(_requester.Sign(MarketCommand.LoseRun(_network.Ledger.Id, Requester, task, run)));
            throw;
        }

        bool isDelivered = outcome.Output is not null && outcome.SettledTask is not null;
        MarketCommand finish = MarketCommand.FinishRun(_network.Ledger.Id, Requester, task, outcome.SettledTask ?? default, outcome.Verdict.Kind, isDelivered, run);
        return new MarketRun(_market.Apply(_requester.Sign(finish)), outcome, _market.State.FindTask(task)!.State);
    }

    /// <summary>Offers an assigned task to its provider, up to the delivery: opens it on the ledger at the market's price, confirms, and says what was delivered.</summary>
    /// <param name="task">The task.</param>
    /// <param name="inputs">The inputs; they must open the posting's commitments.</param>
    /// <param name="answerWindow">How long the provider may take.</param>
    /// <param name="disputeWindow">How long the ledger holds the money beyond the challenge window, for disputes.</param>
    /// <param name="terms">The strategy's terms in the envelope.</param>
    /// <param name="secret">32 fresh random bytes, which the envelope commits to; never used twice.</param>
    /// <param name="cancellationToken">Ends the wait; the ledger's deadlines hold.</param>
    /// <returns>The output, where it was delivered, and the state of the task.</returns>
    public async ValueTask<(NamedTensors? Output, MarketTaskState State)> OfferAsync(
        Digest task, NamedTensors inputs, TimeSpan answerWindow, TimeSpan disputeWindow, OpaqueBytes terms, Digest secret, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(terms);
        if (_market.State.FindTask(task) is not { State: MarketTaskState.Assigned } assigned || assigned.Provider == default || assigned.LedgerTask != default)
        {
            return (null, _market.State.FindTask(task)?.State ?? MarketTaskState.None);
        }

        long deadline = _network.Now + (long)answerWindow.TotalMilliseconds;
        TaskEnvelope envelope = new()
        {
            Ledger = _network.Ledger.Id,
            Requester = Requester,
            Provider = assigned.Provider,
            Work = assigned.Posting.Work,
            Strategy = assigned.Posting.Strategy,
            Terms = terms,
            Binding = task,
            AuditCommitment = AuditSecret.Commit(secret),
            Reward = assigned.Price,
            Escrow = assigned.Price,
            StakeAtRisk = assigned.Posting.Collateral,
            Deadline = deadline,
            OpeningDeadline = deadline + assigned.Posting.ChallengeWindow + (long)disputeWindow.TotalMilliseconds,
        };
        TaskRunner runner = new(_network, _requester, inputs, TimeSpan.FromMilliseconds(assigned.Posting.AcceptWindow));
        TaskResult result = await runner.RunAsync(envelope, cancellationToken).ConfigureAwait(false);
        if (result.Outcome is not (TaskOutcome.NotOpened or TaskOutcome.NotAccepted))
        {
            _ = _market.Apply(MarketCommand.Confirm(_network.Ledger.Id, task, envelope.Digest));
        }
        else
        {
            // The clock, and not this runner, says that the provider let the task fall.
            await _network.WaitUntilAsync(assigned.Due, cancellationToken).ConfigureAwait(false);
        }

        if (result.Outcome == TaskOutcome.Withheld && runner.Demand(envelope) == LedgerRefusal.None)
        {
            result = await runner.ResolveAsync(envelope, result, envelope.OpeningDeadline, cancellationToken).ConfigureAwait(false);
        }

        if (result.Outcome == TaskOutcome.Answered && _market.Advance(task) == MarketTaskState.Answered)
        {
            _ = _market.Apply(_requester.Sign(MarketCommand.Deliver(_network.Ledger.Id, task, Requester)));
        }

        return (result.Outputs, _market.Advance(task));
    }
}
