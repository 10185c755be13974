using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies;

/// <summary>
/// Runs tasks with providers for the author of a strategy: opens the task, offers it, waits for acceptance and claim, demands what was posted and not delivered.
/// Whatever a provider sends is hostile; what counts is what the ledger knows. Thread-safe.
/// </summary>
public sealed class TaskRunner
{
    private readonly InferenceNetwork _network;
    private readonly ISigner _requester;
    private readonly NamedTensors _inputs;
    private readonly long _acceptWindow;

    /// <summary>Creates a runner for one order.</summary>
    /// <param name="network">Where tasks are run.</param>
    /// <param name="requester">Who signs envelopes and pays.</param>
    /// <param name="inputs">The inputs, sent with every offer.</param>
    /// <param name="acceptWindow">How long a provider may take to accept.</param>
    public TaskRunner(InferenceNetwork network, ISigner requester, NamedTensors inputs, TimeSpan acceptWindow)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(requester);
        ArgumentNullException.ThrowIfNull(inputs);
        _network = network;
        _requester = requester;
        _inputs = inputs;
        _acceptWindow = (long)acceptWindow.TotalMilliseconds;
    }

    /// <summary>Runs a task up to its claim. The task stays on the ledger to be settled, unless it was not opened or not accepted.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="cancellationToken">Ends the wait; the task stays as it is.</param>
    public ValueTask<TaskResult> RunAsync(TaskEnvelope envelope, CancellationToken cancellationToken = default) =>
        RunAsync(Open([envelope])[0], null, cancellationToken);

    /// <summary>Opens the tasks of envelopes that may be known to belong together, by one signature.</summary>
    internal ImmutableArray<OpenedTask> Open(IReadOnlyList<TaskEnvelope> envelopes)
    {
        ImmutableArray<SignedEnvelope> signed = _requester.SignTogether(envelopes);
        return [.. signed.Zip(_network.Ledger.Open(signed), static (envelope, refusal) => new OpenedTask(envelope, refusal))];
    }

    /// <summary>Runs an opened task up to its claim, and tells on the way whether it was accepted.</summary>
    internal async ValueTask<TaskResult> RunAsync(OpenedTask opened, TaskCompletionSource<bool>? accepted, CancellationToken cancellationToken)
    {
        (SignedEnvelope signed, LedgerRefusal refusal) = opened;
        TaskEnvelope envelope = signed.Body;
        if (refusal != LedgerRefusal.None)
        {
            return new TaskResult { Outcome = TaskOutcome.NotOpened };
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ProviderReply> exchange = _network.ExchangeAsync(envelope.Provider, new TaskOffer(signed, _inputs).ToBytes(), envelope.Deadline, stop.Token).AsTask();
        if (!exchange.IsCompleted)
        {
            Task accepting = _network.WaitUntilAsync(Math.Min(_network.Now + _acceptWindow, envelope.Deadline), stop.Token).AsTask();
            _ = await Task.WhenAny(exchange, accepting).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        // Refused when it was accepted meanwhile: the ledger decides which came first.
        Signed<TaskAcceptance>? acceptance = _network.Ledger.FindAcceptance(envelope.Digest);
        if (acceptance is null && Cancel(envelope) == LedgerRefusal.None)
        {
            Stop(stop);
            ProviderFault fault = exchange.IsCompletedSuccessfully ? (await exchange.ConfigureAwait(false)).Fault : ProviderFault.TimedOut;
            return new TaskResult { Outcome = TaskOutcome.NotAccepted, Faults = [fault == ProviderFault.None ? ProviderFault.Malformed : fault] };
        }

        _ = accepted?.TrySetResult(true);
        ProviderReply reply = await exchange.ConfigureAwait(false);
        Stop(stop);
        return await ReadAsync(envelope, acceptance, reply, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Demands on the ledger the claim of a task whose outcome is <see cref="TaskOutcome.Withheld"/>. The provider watches the ledger, and reveals.</summary>
    public LedgerRefusal Demand(TaskEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return _network.Ledger.Demand(_requester.Sign(new ClaimDemand(envelope.Ledger, envelope.Digest, envelope.Requester)));
    }

    /// <summary>Waits for what a demand comes to.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="withheld">The result before the demand.</param>
    /// <param name="latest">When to stop waiting, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="cancellationToken">Ends the wait; the task stays as it is.</param>
    /// <returns>Revealed or silent; still <see cref="TaskOutcome.Withheld"/> where the ledger cannot tell by then.</returns>
    public async ValueTask<TaskResult> ResolveAsync(TaskEnvelope envelope, TaskResult withheld, long latest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(withheld);
        long due = TaskRecord.RevealDeadlineOf(envelope.Deadline, envelope.OpeningDeadline);
        if (_network.Ledger.FindRevealed(envelope.Digest) is null)
        {
            await _network.WaitUntilAsync(Math.Min(due, latest), cancellationToken).ConfigureAwait(false);
        }

        // The ledger, not the requester, knows whether a claim was revealed: neither side can lie about a delivery that nobody else saw.
        return _network.Ledger.FindRevealed(envelope.Digest) is { } revealed ? withheld with { Outcome = TaskOutcome.Revealed, Claim = revealed }
            : _network.Ledger.FindTask(envelope.Digest) is { IsUnrevealed: true } && _network.Now >= due
                ? withheld with { Outcome = TaskOutcome.Silent, Faults = [.. withheld.Faults, ProviderFault.Silent] }
            : withheld;
    }

    private LedgerRefusal Cancel(TaskEnvelope envelope) =>
        _network.Ledger.Cancel(_requester.Sign(new TaskCancellation(envelope.Ledger, envelope.Digest, envelope.Requester)));

    private async ValueTask<TaskResult> ReadAsync(TaskEnvelope envelope, Signed<TaskAcceptance>? acceptance, ProviderReply reply, CancellationToken cancellationToken)
    {
        Digest task = envelope.Digest;
        List<ProviderFault> faults = [];
        TaskAnswer? answer = null;
        if (reply.Fault != ProviderFault.None)
        {
            faults.Add(reply.Fault);
        }
        else if (!Canonical.TryRead(reply.Bytes.Span, out answer) || !answer.Claim.Body.Answers(envelope) || !answer.Claim.IsValid(_network.Ledger.Schemes))
        {
            faults.Add(ProviderFault.Malformed);
            answer = null;
        }

        Signed<ClaimCommitment>? posting = _network.Ledger.FindPosting(task);
        if (posting is null && answer is not null)
        {
            // Whoever holds a signed claim may post it; a provider that forgot to is not silent.
            _ = _network.Ledger.Post(answer.Claim.Posting);
        }
        else if (posting is null)
        {
            // Only the ledger knows silence, and only at the deadline.
            await _network.WaitUntilAsync(envelope.Deadline, cancellationToken).ConfigureAwait(false);
        }

        TaskResult result = new()
        {
            Outcome = TaskOutcome.Silent,
            Acceptance = acceptance ?? _network.Ledger.FindAcceptance(task),
            Posting = posting ?? _network.Ledger.FindPosting(task),
        };
        if (result.Posting is null)
        {
            return result with { Faults = [.. faults, ProviderFault.Silent] };
        }

        if (answer is not null && answer.Claim.Body.Digest != result.Posting.Body.Claim)
        {
            return result with { Outcome = TaskOutcome.Equivocated, Claim = answer.Claim, Faults = [.. faults, ProviderFault.Equivocated] };
        }

        if (answer is not null && answer.Claim.Body.Outputs.Opens(answer.Outputs))
        {
            return result with { Outcome = TaskOutcome.Answered, Claim = AsPosted(answer.Claim, result.Posting), Outputs = answer.Outputs };
        }

        return result with { Outcome = TaskOutcome.Withheld, Faults = [.. faults, ProviderFault.Withheld] };
    }

    // A provider may sign the same commitment twice; what counts is what stands on the ledger.
    private static SignedClaim AsPosted(SignedClaim delivered, Signed<ClaimCommitment> posting) =>
        delivered.Posting.Signer.Equals(posting.Signer) && delivered.Posting.Signature.Equals(posting.Signature) ? delivered : new SignedClaim(delivered.Body, posting.Signer, posting.Signature);

    // Not CancelAsync, which hops to the thread pool: runs in virtual time must continue on the thread that moves the clock.
    private static void Stop(CancellationTokenSource source) => source.Cancel();
}
