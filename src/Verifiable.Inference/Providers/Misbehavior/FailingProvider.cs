using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>A provider that fails without cheating: it refuses, throws, or hangs and ignores the token that ends the wait; before it accepts a task, or after. Thread-safe.</summary>
public sealed class FailingProvider : LocalProvider
{
    private readonly FailureKind _failure;
    private readonly bool _afterAcceptance;

    /// <summary>Creates a failing provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The engine whose model it claims to run; never run.</param>
    /// <param name="failure">How it fails.</param>
    /// <param name="afterAcceptance">Whether it fails with tasks that it has accepted, or at every message.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public FailingProvider(
        ISigner signer, InferenceLedger ledger, IInferenceEngine engine, FailureKind failure, bool afterAcceptance = false, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
        _failure = failure;
        _afterAcceptance = afterAcceptance;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) =>
        _afterAcceptance || _failure == FailureKind.None ? base.SendAsync(message, cancellationToken) : Fail();

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken) =>
        _failure == FailureKind.None ? base.AnswerAsync(envelope, inputs, cancellationToken) : Fail();

    private ValueTask<ReadOnlyMemory<byte>> Fail() => _failure switch
    {
        FailureKind.Throws => throw new IOException("The provider fails, as it was made to."),
        FailureKind.Hangs => new ValueTask<ReadOnlyMemory<byte>>(new TaskCompletionSource<ReadOnlyMemory<byte>>().Task),
        _ => default,
    };
}
