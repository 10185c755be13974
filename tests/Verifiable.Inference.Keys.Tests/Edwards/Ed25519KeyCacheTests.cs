using System.Buffers.Binary;
using Verifiable.Inference.Keys.Edwards;

namespace Verifiable.Inference.Keys.Tests.Edwards;

public sealed class Ed25519KeyCacheTests
{
    private const int Generation = 4096;

    [Fact]
    public void A_key_is_looked_at_once_while_it_is_in_use_whatever_keys_strangers_send()
    {
        CountingLibrary library = new(isValid: true);
        Ed25519KeyCache cache = new();
        Assert.True(cache.IsValid(KeyOf(0), library));
        for (int i = 1; i <= 4 * Generation; i++)
        {
            Assert.True(cache.IsValid(KeyOf(i), library));
            Assert.True(i % (Generation / 2) != 0 || cache.IsValid(KeyOf(0), library));
        }

        Assert.Equal(1, library.CallsFor(KeyOf(0)));
    }

    [Fact]
    public void A_key_that_is_not_used_is_forgotten_so_that_the_cache_is_bounded()
    {
        CountingLibrary library = new(isValid: true);
        Ed25519KeyCache cache = new();
        for (int i = 0; i <= 2 * Generation; i++)
        {
            _ = cache.IsValid(KeyOf(i), library);
        }

        _ = cache.IsValid(KeyOf(0), library);
        Assert.Equal(2, library.CallsFor(KeyOf(0)));
    }

    [Fact]
    public void What_is_no_key_never_becomes_one()
    {
        CountingLibrary library = new(isValid: false);
        Ed25519KeyCache cache = new();
        Assert.False(cache.IsValid(KeyOf(1), library));
        Assert.False(cache.IsValid(KeyOf(1), library));
        Assert.Equal(2, library.CallsFor(KeyOf(1)));
    }

    [Fact]
    public void Keys_that_differ_in_any_byte_are_looked_at_each()
    {
        CountingLibrary library = new(isValid: true);
        Ed25519KeyCache cache = new();
        Assert.True(cache.IsValid(new byte[32], library));
        for (int place = 0; place < 32; place++)
        {
            byte[] key = new byte[32];
            key[place] = 1;
            Assert.True(cache.IsValid(key, library));
            Assert.Equal(1, library.CallsFor(key));
        }
    }

    private static byte[] KeyOf(int number)
    {
        byte[] key = new byte[32];
        BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(28), number);
        return key;
    }

    private sealed class CountingLibrary(bool isValid) : IEd25519Library
    {
        private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);

        public string Name => "counting";

        public int CallsFor(byte[] point) => _calls.GetValueOrDefault(Convert.ToHexString(point));

        public bool IsValidPoint(ReadOnlySpan<byte> point)
        {
            string name = Convert.ToHexString(point);
            _calls[name] = _calls.GetValueOrDefault(name) + 1;
            return isValid;
        }

        public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => throw new NotSupportedException();

        public IEd25519PrivateKey CreatePrivateKey(ReadOnlySpan<byte> privateKey) => throw new NotSupportedException();
    }
}
