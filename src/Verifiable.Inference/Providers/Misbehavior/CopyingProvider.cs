using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>
/// A member of a ring: copies what another member claimed for the same work, else computes with its engine and shows the ring. Over a substitute's engine the ring
/// cheats with one cheap computation a work; over the honest engine the member computes honestly unless an accomplice was first, whom it confirms whatever was
/// claimed. Thread-safe.
/// </summary>
public sealed class CopyingProvider : LocalProvider
{
    private readonly SharedBoard _board;

    /// <summary>Creates a member of a ring.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">What it runs when nobody of the ring was first.</param>
    /// <param name="board">The ring's board.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public CopyingProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, SharedBoard board, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
        ArgumentNullException.ThrowIfNull(board);
        _board = board;
    }

    /// <inheritdoc/>
    protected override async ValueTask<NamedTensors> ComputeAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return _board.TryGet(envelope.Work.Id, out NamedTensors? copied)
            ? copied
            : _board.Publish(envelope.Work.Id, await base.ComputeAsync(envelope, inputs, cancellationToken).ConfigureAwait(false));
    }
}
