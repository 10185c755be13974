using System.Collections.Frozen;
using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Providers;

/// <summary>Where requests are run: the ledger with the stakes, the ways to the providers, the clock, and what signatures are accepted. Immutable; thread-safe where its parts are.</summary>
public sealed class InferenceNetwork
{
    // The framework's timers take no more.
    private const long MaxTimerMilliseconds = uint.MaxValue - 1L;

    private readonly FrozenDictionary<NodeId, IProvider> _providers;

    /// <summary>Creates a network.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="providers">The ways to the providers; one that holds no stake is never drawn.</param>
    /// <param name="time">The clock for deadlines; the system's by default.</param>
    /// <param name="schemes">The accepted signature schemes; the framework's by default.</param>
    /// <exception cref="ArgumentException">Two providers have one id.</exception>
    public InferenceNetwork(
        InferenceLedger ledger, IEnumerable<IProvider> providers, TimeProvider? time = null, SignatureSchemes? schemes = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(providers);
        Dictionary<NodeId, IProvider> byId = [];
        foreach (IProvider provider in providers)
        {
            if (!byId.TryAdd(provider.Id, provider))
            {
                throw new ArgumentException($"Expected every provider once, got {provider.Id} twice.", nameof(providers));
            }
        }

        _providers = byId.ToFrozenDictionary();
        Ledger = ledger;
        Time = time ?? TimeProvider.System;
        Schemes = schemes ?? SignatureSchemes.Default;
    }

    /// <summary>Gets the ledger.</summary>
    public InferenceLedger Ledger { get; }

    /// <summary>Gets the court of the ledger, where claims are disputed; <see langword="null"/> where there is none, and strategies that need one cannot run.</summary>
    public LedgerCourt? Court { get; init; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Gets the accepted signature schemes.</summary>
    public SignatureSchemes Schemes { get; }

    /// <summary>Gets the providers that can be reached.</summary>
    public IEnumerable<NodeId> Reachable => _providers.Keys.Order();

    /// <summary>Gets the time in milliseconds since 1970-01-01 UTC.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Sends a message to a provider and waits for the reply until a deadline.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="message">The message.</param>
    /// <param name="deadline">The end of the wait, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="cancellationToken">The caller's own cancellation, which passes through.</param>
    /// <returns>The reply; its <see cref="ProviderReply.Fault"/> says when there is none.</returns>
    public async ValueTask<ProviderReply> ExchangeAsync(NodeId provider, ReadOnlyMemory<byte> message, long deadline, CancellationToken cancellationToken = default)
    {
        if (!_providers.TryGetValue(provider, out IProvider? way))
        {
            return ProviderReply.Failed(ProviderFault.Unreachable);
        }

        long now = Now;
        if (deadline <= now)
        {
            return ProviderReply.Failed(ProviderFault.TimedOut);
        }

        long wait = deadline - now;

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ITimer timer = Time.CreateTimer(
            static state => End((CancellationTokenSource)state!), either, TimeSpan.FromMilliseconds(Math.Min(wait, MaxTimerMilliseconds)), Timeout.InfiniteTimeSpan);
        try
        {
            // A provider that ignores the token is left behind: the wait ends, its late reply is nobody's.
            ReadOnlyMemory<byte> reply = await FirstOf(way.SendAsync(message, either.Token), either.Token).ConfigureAwait(false);
            return reply.IsEmpty ? ProviderReply.Failed(ProviderFault.Refused) : new ProviderReply(reply, ProviderFault.None);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProviderReply.Failed(ProviderFault.TimedOut);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The provider is a remote party: whatever it throws is its fault and shows as one. It is not evidence against it; only the ledger is.
            return ProviderReply.Failed(ProviderFault.Threw);
        }
    }

    /// <summary>Waits until a time.</summary>
    public async ValueTask WaitUntilAsync(long time, CancellationToken cancellationToken = default)
    {
        // A timer may fire a little early; the ledger's half-open rule is strict.
        for (long now = Now; time > now; now = Now)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(time - now, MaxTimerMilliseconds)), Time, cancellationToken).ConfigureAwait(false);
        }
    }

    // A timer may fire while the exchange ends.
    private static void End(CancellationTokenSource exchange)
    {
        try
        {
            exchange.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    // Like Task.WaitAsync, but continues on the thread that completes the wait, so that runs in virtual time replay.
    private static async ValueTask<ReadOnlyMemory<byte>> FirstOf(ValueTask<ReadOnlyMemory<byte>> reply, CancellationToken token)
    {
        if (reply.IsCompleted)
        {
            return await reply.ConfigureAwait(false);
        }

        Task<ReadOnlyMemory<byte>> task = reply.AsTask();
        TaskCompletionSource cancelled = new();
        using (token.Register(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled))
        {
            _ = await Task.WhenAny(task, cancelled.Task).ConfigureAwait(false);
        }

        if (!task.IsCompleted)
        {
            // Whatever becomes of it, nobody waits any more; its fault, if any, is observed here.
            _ = task.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            token.ThrowIfCancellationRequested();
        }

        return await task.ConfigureAwait(false);
    }
}
