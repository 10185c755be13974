using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Benchmarks;

/// <summary>Counts the signatures that a key makes.</summary>
internal sealed class CountingSigner(ISigner inner) : ISigner
{
    private int _count;

    public int Count => _count;

    public PublicKey PublicKey => inner.PublicKey;

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        _ = Interlocked.Increment(ref _count);
        return inner.Sign(message);
    }
}
