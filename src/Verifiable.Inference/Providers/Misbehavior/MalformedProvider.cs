using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>
/// Accepts tasks, posts nothing and replies with bytes that are no answer, another form each time: noise, a valid answer cut short, one with a changed byte, one
/// with something after it, a message of another kind, and lengths that promise more than there is. Thread-safe.
/// </summary>
public sealed class MalformedProvider : LocalProvider
{
    private const int Forms = 6;

    // The first bytes of an answer belong to the claim, whatever the size of the outputs.
    private const int ClaimBytes = 128;

    private readonly SeededRandomSource _randomness;
    private int _replies;

    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine.</param>
    /// <param name="seed">The seed of noise, cuts and changes.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public MalformedProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, ulong seed, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
        _randomness = new SeededRandomSource(seed);
        _replies = (int)(seed % Forms);
    }

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        byte[] answer = Reply(SignClaim(envelope, outputs), outputs).ToArray();
        int form = Interlocked.Increment(ref _replies) % Forms;
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(form switch
        {
            0 => Noise(1 + Number(4096)),
            1 => answer.AsMemory(0, 1 + Number(answer.Length - 1)),
            2 => Changed(answer),
            3 => (byte[])[.. answer, 0],
            4 => Commitments.Canonical.ToBytes(new ClaimDemand(envelope.Ledger, envelope.Digest, envelope.Requester)),
            _ => Inflated(answer),
        });
    }

    private byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        _randomness.Fill(noise);
        return noise;
    }

    // Breaks the claim's form, its envelope or its signature.
    private byte[] Changed(byte[] answer)
    {
        answer[Number(ClaimBytes)] ^= (byte)(1 + Number(255));
        return answer;
    }

    // Some lengths and counts become the largest there are.
    private byte[] Inflated(byte[] answer)
    {
        answer.AsSpan(Number(ClaimBytes), sizeof(ulong)).Fill(byte.MaxValue);
        return answer;
    }

    private int Number(int exclusiveEnd)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        _randomness.Fill(bytes);
        return (int)(System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) % (uint)exclusiveEnd);
    }
}
