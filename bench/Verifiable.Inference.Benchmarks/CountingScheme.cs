using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Benchmarks;

/// <summary>Counts the signatures that are verified; those that are remembered as valid never get here.</summary>
internal sealed class CountingScheme(ISignatureScheme inner) : ISignatureScheme
{
    private int _count;

    public int Count => _count;

    public string Name => inner.Name;

    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        _ = Interlocked.Increment(ref _count);
        return inner.Verify(publicKey, message, signature);
    }
}
