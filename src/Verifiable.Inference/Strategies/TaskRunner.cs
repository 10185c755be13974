using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies;

/// <summary>
/// Runs tasks with providers: offer, acceptance, order, claim, and the demand for a claim that was posted and not delivered. For authors of strategies. Whatever the
/// provider sends is hostile: it ends as the outcome of the seat and as an incident, never as an exception. Used by one caller at a time.
/// </summary>
public sealed class TaskRunner
{
    private readonly InferenceOrder _order;
    private readonly InferenceNetwork _network;
    private readonly List<Incident> _incidents = [];

    /// <summary>Creates a runner for one order.</summary>
    /// <param name="order">The order; its requester signs the envelopes and pays.</param>
    /// <param name="network">Where tasks are run.</param>
    public TaskRunner(InferenceOrder order, InferenceNetwork network)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(network);
        _order = order;
        _network = network;
    }

    /// <summary>Gets what went wrong with single providers so far.</summary>
    public IReadOnlyList<Incident> Incidents => _incidents;

    /// <summary>Runs a task to its end: a claim, a proven silence, an equivocation, or no acceptance.</summary>
    /// <param name="envelope">The task, as <see cref="SeatEnvelopes"/> makes it.</param>
    /// <param name="seat">The seat that the provider was drawn for.</param>
    /// <param name="escrow">What the requester sets aside, at least the envelope's reward.</param>
    /// <param name="cancellationToken">Ends the wait; what is on the ledger stays there until its deadlines.</param>
    /// <returns>The record (its stake is for the caller to prove) and the outputs; <see langword="null"/> when the provider did not accept.</returns>
    public async ValueTask<FinishedTask?> RunAsync(TaskEnvelope envelope, Seat seat, Amount escrow, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        Digest task = envelope.Digest;
        if (_network.Ledger.Apply(OpenTask.For(envelope, escrow)) != LedgerRefusal.None)
        {
            Report(envelope, seat, ProviderFault.LedgerRefused);
            return null;
        }

        if (await AcceptAsync(envelope, seat, cancellationToken).ConfigureAwait(false) is not { } acceptance)
        {
            _ = _network.Ledger.Apply(new CancelTask(task));
            return null;
        }

        SeatRecord record = new()
        {
            Seat = seat,
            Outcome = SeatOutcome.Silent,
            Provider = acceptance.Signer,
            Stake = null!,
            Deadline = envelope.Deadline,
            Signature = acceptance.Signature,
        };
        TaskAnswer? answer = await OrderAsync(envelope, seat, cancellationToken).ConfigureAwait(false);
        if (answer is not null)
        {
            // Whoever holds a signed claim may post it; a provider that forgot to is not silent.
            _ = _network.Ledger.Post(answer.Claim.Posting);
        }
        else if (_network.Ledger.FindTask(task)?.Claim is null)
        {
            // Only the ledger knows silence, and only at the deadline.
            await _network.WaitUntilAsync(envelope.Deadline, cancellationToken).ConfigureAwait(false);
        }

        return _network.Ledger.FindPosting(task) is { } posting
            ? await JudgeAsync(envelope, record, posting, answer, cancellationToken).ConfigureAwait(false)
            : Fail(envelope, record, ProviderFault.Silent);
    }

    private async ValueTask<Signed<TaskAcceptance>?> AcceptAsync(TaskEnvelope envelope, Seat seat, CancellationToken cancellationToken)
    {
        ProviderReply reply = await _network.ExchangeAsync(envelope.Provider, _order.Requester.Sign(envelope).ToBytes(), envelope.Deadline, cancellationToken).ConfigureAwait(false);
        ProviderFault fault = reply.Fault;
        Signed<TaskAcceptance>? acceptance = null;
        if (fault == ProviderFault.None)
        {
            TaskAcceptance expected = new(envelope.Ledger, envelope.Digest, envelope.Provider);
            bool read = Canonical.TryRead(reply.Bytes.Span, out acceptance) && acceptance.Body == expected;
            fault = !read ? ProviderFault.Malformed : _network.Ledger.Accept(acceptance!) != LedgerRefusal.None ? ProviderFault.LedgerRefused : ProviderFault.None;
        }

        if (fault == ProviderFault.None)
        {
            return acceptance;
        }

        Report(envelope, seat, fault);
        return null;
    }

    private async ValueTask<TaskAnswer?> OrderAsync(TaskEnvelope envelope, Seat seat, CancellationToken cancellationToken)
    {
        byte[] message = new WorkOrder(envelope.Digest, _order.Inputs).ToBytes();
        ProviderReply reply = await _network.ExchangeAsync(envelope.Provider, message, envelope.Deadline, cancellationToken).ConfigureAwait(false);
        if (reply.Fault != ProviderFault.None)
        {
            Report(envelope, seat, reply.Fault);
            return null;
        }

        if (Canonical.TryRead(reply.Bytes.Span, out TaskAnswer? answer) && answer.Claim.Body.Answers(envelope) && answer.Claim.IsValid(_network.Schemes))
        {
            return answer;
        }

        Report(envelope, seat, ProviderFault.Malformed);
        return null;
    }

    private async ValueTask<FinishedTask> JudgeAsync(
        TaskEnvelope envelope, SeatRecord record, Signed<ClaimCommitment> posting, TaskAnswer? answer, CancellationToken cancellationToken)
    {
        if (answer is not null && answer.Claim.Body.Digest != posting.Body.Claim)
        {
            return Fail(envelope, record with
            {
                Outcome = SeatOutcome.Equivocated,
                Claim = ClaimExcerpt.Of(answer.Claim.Body),
                PostedClaim = posting.Body.Claim,
                Signature = answer.Claim.Posting.Signature,
                PostingSignature = posting.Signature,
            }, ProviderFault.Equivocated);
        }

        if (answer is not null && answer.Claim.Body.Outputs.Opens(answer.Outputs))
        {
            return new FinishedTask(
                record with { Outcome = SeatOutcome.Answered, Claim = ClaimExcerpt.Of(answer.Claim.Body), Signature = posting.Signature }, answer.Outputs);
        }

        Report(envelope, record.Seat, ProviderFault.Withheld);
        SignedClaim? revealed = await DemandAsync(envelope, cancellationToken).ConfigureAwait(false);
        return revealed is not null && revealed.Body.Answers(envelope)
            ? new FinishedTask(record with { Outcome = SeatOutcome.Revealed, Claim = ClaimExcerpt.Of(revealed.Body), Signature = posting.Signature }, null)
            : Fail(envelope, record, ProviderFault.Silent);
    }

    // The ledger, not the requester, knows whether a claim was revealed: neither side can lie about a delivery that nobody else saw.
    private async ValueTask<SignedClaim?> DemandAsync(TaskEnvelope envelope, CancellationToken cancellationToken)
    {
        Digest task = envelope.Digest;
        if (_network.Ledger.Apply(new DemandClaim(task)) != LedgerRefusal.None)
        {
            return null;
        }

        long due = TaskRecord.RevealDeadlineOf(envelope.Deadline, envelope.OpeningDeadline);
        _ = await _network.ExchangeAsync(envelope.Provider, new ClaimDemand(task).ToBytes(), due, cancellationToken).ConfigureAwait(false);
        if (_network.Ledger.FindRevealed(task) is null)
        {
            await _network.WaitUntilAsync(due, cancellationToken).ConfigureAwait(false);
        }

        return _network.Ledger.FindRevealed(task);
    }

    private FinishedTask Fail(TaskEnvelope envelope, SeatRecord record, ProviderFault fault)
    {
        Report(envelope, record.Seat, fault);
        return new FinishedTask(record, null);
    }

    private void Report(TaskEnvelope envelope, Seat seat, ProviderFault fault) => _incidents.Add(new Incident(envelope.Provider, seat, fault));
}
