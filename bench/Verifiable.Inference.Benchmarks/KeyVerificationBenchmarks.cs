using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does verifying a signature of 512 bytes cost with each kind of key, beside P-256 and beside the native library called directly?</summary>
/// <remarks>Keys were met before, as in a network. Where a library is missing its rows measure nothing.</remarks>
[MemoryDiagnoser]
[MinColumn]
public unsafe class KeyVerificationBenchmarks
{
    private readonly byte[] _message = new byte[512];
    private readonly byte[] _claim = new ClaimCommitment(default, Digest.Of([1]), default, Digest.Of([2])).ToBytes();
    private readonly Case _p256;
    private readonly Case? _sodium;
    private readonly Case? _openSsl;
    private readonly Case? _secp256k1;
    private readonly Case? _openSslEthereum;
    private readonly byte[]? _claimSignature;
    private readonly byte[] _digest;

    public KeyVerificationBenchmarks()
    {
        _p256 = CaseOf(EcdsaP256.Scheme, EcdsaP256Signer.FromSeed("a"u8));
        _sodium = LibSodium.Default is { } sodium ? CaseOf(new Ed25519Scheme(new SodiumEd25519(sodium)), Ed25519Signer.FromSeed(new SodiumEd25519(sodium), "a"u8)) : null;
        _openSsl = OpenSslEd25519.Default is { } openSsl ? CaseOf(new Ed25519Scheme(openSsl), Ed25519Signer.FromSeed(openSsl, "a"u8)) : null;
        _openSslEthereum = OpenSslSecp256k1.Default is { } curve ? CaseOf(new EthereumScheme(curve), EthereumSigner.FromSeed(curve, "a"u8)) : null;
        _digest = EthereumMessage.DigestOf(_message);
        if (LibSecp256k1.Default is { } native)
        {
            NativeSecp256k1 library = new(native);
            EthereumSigner signer = EthereumSigner.FromSeed(library, "a"u8);
            _secp256k1 = CaseOf(new EthereumScheme(library), signer);
            _claimSignature = signer.Sign(_claim);
        }
    }

    [Benchmark(Baseline = true)]
    public bool P256() => _p256.Verify(_message);

    [Benchmark]
    public bool Ed25519BySodium() => _sodium?.Verify(_message) ?? false;

    [Benchmark]
    public int Ed25519SodiumDirectly()
    {
        if (_sodium is null)
        {
            return 0;
        }

        fixed (byte* signature = _sodium.Signature, message = _message, key = _sodium.Key)
        {
            return LibSodium.Default!.VerifyDetached(signature, message, (ulong)_message.Length, key);
        }
    }

    [Benchmark]
    public bool Ed25519ByOpenSsl() => _openSsl?.Verify(_message) ?? false;

    [Benchmark]
    public bool EthereumBySecp256k1() => _secp256k1?.Verify(_message) ?? false;

    [Benchmark]
    public int EthereumSecp256k1Directly()
    {
        if (_secp256k1 is null)
        {
            return 0;
        }

        LibSecp256k1 library = LibSecp256k1.Default!;
        byte* recoverable = stackalloc byte[65];
        byte* key = stackalloc byte[64];
        fixed (byte* signature = _secp256k1.Signature, digest = _digest)
        {
            return library.ParseSignature(library.Context, recoverable, signature, _secp256k1.Signature[^1] - 27) & library.Recover(library.Context, key, recoverable, digest);
        }
    }

    [Benchmark]
    public bool EthereumTypedDataOfAClaim() => _secp256k1?.Scheme.Verify(_secp256k1.Key, _claim, _claimSignature) ?? false;

    [Benchmark]
    public bool EthereumByOpenSsl() => _openSslEthereum?.Verify(_message) ?? false;

    private Case CaseOf(ISignatureScheme scheme, ISigner signer) => new(scheme, signer.PublicKey.Bytes.ToArray(), signer.Sign(_message));

    private sealed record Case(ISignatureScheme Scheme, byte[] Key, byte[] Signature)
    {
        public bool Verify(byte[] message) => Scheme.Verify(Key, message, Signature);
    }
}
