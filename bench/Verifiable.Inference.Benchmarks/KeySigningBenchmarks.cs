using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does signing 512 bytes cost with each kind of key, beside P-256 and beside the native library called directly?</summary>
/// <remarks>Where a library is missing its rows measure nothing.</remarks>
[MemoryDiagnoser]
[MinColumn]
public unsafe class KeySigningBenchmarks : IDisposable
{
    private readonly byte[] _message = new byte[512];
    private readonly byte[] _signature = new byte[64];
    private readonly EcdsaP256Signer _p256 = EcdsaP256Signer.FromSeed("a"u8);
    private readonly Ed25519Signer? _sodium = Sign(LibSodium.Default is { } library ? new SodiumEd25519(library) : null);
    private readonly Ed25519Signer? _openSsl = Sign(OpenSslEd25519.Default);
    private readonly EthereumSigner? _secp256k1 = Sign(LibSecp256k1.Default is { } library ? new NativeSecp256k1(library) : null);
    private readonly EthereumSigner? _openSslEthereum = Sign(OpenSslSecp256k1.Default);
    private readonly byte[] _secretKey = new byte[64];
    private readonly byte[] _digest = Keccak256.Hash("digest"u8);

    public KeySigningBenchmarks()
    {
        _secretKey[0] = 1;
        if (LibSodium.Default is { } sodium)
        {
            byte[] publicKey = new byte[32];
            byte[] seed = new byte[32];
            fixed (byte* p = publicKey, k = _secretKey, s = seed)
            {
                _ = sodium.SeedKeyPair(p, k, s);
            }
        }
    }

    [Benchmark(Baseline = true)]
    public byte[] P256() => _p256.Sign(_message);

    [Benchmark]
    public byte[]? Ed25519BySodium() => _sodium?.Sign(_message);

    [Benchmark]
    public int Ed25519SodiumDirectly()
    {
        fixed (byte* signature = _signature, message = _message, key = _secretKey)
        {
            return LibSodium.Default is { } library ? library.SignDetached(signature, null, message, (ulong)_message.Length, key) : 0;
        }
    }

    [Benchmark]
    public byte[]? Ed25519ByOpenSsl() => _openSsl?.Sign(_message);

    [Benchmark]
    public byte[]? EthereumBySecp256k1() => _secp256k1?.Sign(_message);

    [Benchmark]
    public int EthereumSecp256k1Directly()
    {
        byte* recoverable = stackalloc byte[65];
        fixed (byte* digest = _digest, key = _secretKey)
        {
            return LibSecp256k1.Default is { } library ? library.SignRecoverable(library.Context, recoverable, digest, key, 0, null) : 0;
        }
    }

    [Benchmark]
    public byte[]? EthereumByOpenSsl() => _openSslEthereum?.Sign(_message);

    [Benchmark]
    public byte[] Keccak() => Keccak256.Hash(_message);

    [GlobalCleanup]
    public void Dispose()
    {
        _p256.Dispose();
        _sodium?.Dispose();
        _openSsl?.Dispose();
        _secp256k1?.Dispose();
        _openSslEthereum?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Ed25519Signer? Sign(IEd25519Library? library) => library is null ? null : Ed25519Signer.FromSeed(library, "a"u8);

    private static EthereumSigner? Sign(ISecp256k1Library? library) => library is null ? null : EthereumSigner.FromSeed(library, "a"u8);
}
