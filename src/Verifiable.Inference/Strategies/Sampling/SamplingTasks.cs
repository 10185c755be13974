using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>Runs one task with one provider: offer, acceptance, order, claim, and the demand for a claim that was posted and not delivered. Whatever the provider sends is hostile.</summary>
internal sealed class SamplingTasks(SamplingOptions options, InferenceOrder order, InferenceNetwork network)
{
    private readonly List<Incident> _incidents = [];

    public IReadOnlyList<Incident> Incidents => _incidents;

    public long NextDeadline(TaskRole role, long requestDeadline)
    {
        long next = network.Now + (long)options.AnswerWindow.TotalMilliseconds;
        return role == TaskRole.Asserter ? Math.Max(next, requestDeadline) : next;
    }

    /// <summary>Runs a task.</summary>
    /// <returns>The record (its stake is for the caller to prove) and the outputs; <see langword="null"/> when the provider did not accept.</returns>
    public async ValueTask<FinishedTask?> RunAsync(TaskEnvelope envelope, Seat seat, Amount escrow, CancellationToken cancellationToken)
    {
        Digest task = envelope.Digest;
        if (network.Ledger.Apply(OpenTask.For(envelope, escrow)) != LedgerRefusal.None)
        {
            Report(envelope, seat, ProviderFault.LedgerRefused);
            return null;
        }

        if (await AcceptAsync(envelope, seat, cancellationToken).ConfigureAwait(false) is not { } acceptance)
        {
            _ = network.Ledger.Apply(new CancelTask(task));
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
            _ = network.Ledger.Post(answer.Claim.Posting);
        }
        else if (network.Ledger.FindTask(task)?.Claim is null)
        {
            // Only the ledger knows silence, and only at the deadline.
            await network.WaitUntilAsync(envelope.Deadline, cancellationToken).ConfigureAwait(false);
        }

        return network.Ledger.FindPosting(task) is { } posting
            ? await JudgeAsync(envelope, record, posting, answer, cancellationToken).ConfigureAwait(false)
            : Fail(envelope, record, ProviderFault.Silent);
    }

    private async ValueTask<Signed<TaskAcceptance>?> AcceptAsync(TaskEnvelope envelope, Seat seat, CancellationToken cancellationToken)
    {
        ProviderReply reply = await network.ExchangeAsync(envelope.Provider, order.Requester.Sign(envelope).ToBytes(), envelope.Deadline, cancellationToken).ConfigureAwait(false);
        ProviderFault fault = reply.Fault;
        Signed<TaskAcceptance>? acceptance = null;
        if (fault == ProviderFault.None)
        {
            TaskAcceptance expected = new(envelope.Ledger, envelope.Digest, envelope.Provider);
            bool read = Canonical.TryRead(reply.Bytes.Span, out acceptance) && acceptance.Body == expected;
            fault = !read ? ProviderFault.Malformed : network.Ledger.Accept(acceptance!) != LedgerRefusal.None ? ProviderFault.LedgerRefused : ProviderFault.None;
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
        byte[] message = new WorkOrder(envelope.Digest, order.Inputs).ToBytes();
        ProviderReply reply = await network.ExchangeAsync(envelope.Provider, message, envelope.Deadline, cancellationToken).ConfigureAwait(false);
        if (reply.Fault != ProviderFault.None)
        {
            Report(envelope, seat, reply.Fault);
            return null;
        }

        if (Canonical.TryRead(reply.Bytes.Span, out TaskAnswer? answer) && answer.Claim.Body.Answers(envelope) && answer.Claim.IsValid(network.Schemes))
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
        if (network.Ledger.Apply(new DemandClaim(task)) != LedgerRefusal.None)
        {
            return null;
        }

        long due = TaskRecord.RevealDeadlineOf(envelope.Deadline, envelope.OpeningDeadline);
        _ = await network.ExchangeAsync(envelope.Provider, new ClaimDemand(task).ToBytes(), due, cancellationToken).ConfigureAwait(false);
        if (network.Ledger.FindRevealed(task) is null)
        {
            await network.WaitUntilAsync(due, cancellationToken).ConfigureAwait(false);
        }

        return network.Ledger.FindRevealed(task);
    }

    private FinishedTask Fail(TaskEnvelope envelope, SeatRecord record, ProviderFault fault)
    {
        Report(envelope, record.Seat, fault);
        return new FinishedTask(record, null);
    }

    private void Report(TaskEnvelope envelope, Seat seat, ProviderFault fault) => _incidents.Add(new Incident(envelope.Provider, seat, fault));
}
