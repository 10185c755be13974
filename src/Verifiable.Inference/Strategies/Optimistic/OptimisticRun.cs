using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>One order under the optimistic strategy: request after request until an answer stands, each with other providers than those that failed. Used once, by one caller.</summary>
/// <remarks>Rationale: each request draws from the stakes of its own time, and is settled by itself. A conviction hours after the first draw must not be repaired by a draw among stakes that are gone.</remarks>
internal sealed class OptimisticRun(OptimisticOptions options, string strategy, InferenceOrder order, InferenceNetwork network, LedgerCourt court)
{
    private readonly HashSet<NodeId> _failed = [];
    private readonly List<Incident> _incidents = [];
    private readonly List<Receipt> _overturned = [];

    public async ValueTask<VerificationOutcome> RunAsync(CancellationToken cancellationToken)
    {
        for (int begun = 0; ; begun++)
        {
            OptimisticRound round = Begin();
            await round.AskAsync(cancellationToken).ConfigureAwait(false);
            if (round.Delivered is { } delivered)
            {
                return delivered with { Finality = FinishAsync(round, begun, cancellationToken), Overturned = [.. _overturned] };
            }

            if (await CloseAsync(round, begun, cancellationToken).ConfigureAwait(false) is { } outcome)
            {
                return outcome;
            }
        }
    }

    private async Task<VerificationOutcome> FinishAsync(OptimisticRound round, int begun, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await CloseAsync(round, begun++, cancellationToken).ConfigureAwait(false) is { } outcome)
            {
                return outcome;
            }

            round = Begin();
            await round.AskAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private OptimisticRound Begin() => new(options, strategy, order, network, court, _failed, _incidents);

    // Null where the order is begun anew.
    private async ValueTask<VerificationOutcome?> CloseAsync(OptimisticRound round, int begun, CancellationToken cancellationToken)
    {
        NamedTensors? delivered = round.Delivered?.Output;
        VerificationOutcome outcome = await round.CloseAsync(cancellationToken).ConfigureAwait(false);
        outcome = outcome with { Overturned = [.. _overturned] };
        if (delivered is not null && outcome.Verdict.Reason is VerdictReason.DisputeLost or VerdictReason.Unresolved or VerdictReason.ClaimRefused)
        {
            options.OnOverturned?.Invoke(new OverturnedAnswer(outcome.Asserter!.Value, delivered!, outcome.Verdict, outcome.Receipt));
        }

        bool isOver = outcome.Output is not null || begun >= options.MaxReassignments
            || outcome.Verdict.Reason is VerdictReason.NoProvider or VerdictReason.OpeningWithheld
            || !OptimisticRound.CanBegin(options, order, network);
        if (isOver)
        {
            return outcome;
        }

        if (outcome.Receipt is { } receipt)
        {
            _overturned.Add(receipt);
        }

        if (outcome.Asserter is { } asserter)
        {
            _ = _failed.Add(asserter);
        }

        _failed.UnionWith(outcome.Slashed);
        return null;
    }
}
