using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Keys.Tests;

/// <summary>The native libraries that this machine has. What needs one that is missing is skipped and says how to enable it.</summary>
internal static class Libraries
{
    /// <summary>Gets libsodium, or nothing.</summary>
    public static IEd25519Library? Sodium { get; } = LibSodium.Default is { } sodium ? new SodiumEd25519(sodium) : null;

    /// <summary>Gets libsecp256k1, or nothing.</summary>
    public static ISecp256k1Library? Secp256k1 { get; } = LibSecp256k1.Default is { } library ? new NativeSecp256k1(library) : null;

    /// <summary>Gets every library that does Ed25519. That of libsodium is there twice: as it is, and as if its release verified with the cofactor.</summary>
    public static IReadOnlyList<IEd25519Library> Ed25519s { get; } = [.. new[]
    {
        Sodium, OpenSslEd25519.Default, LibSodium.Default is { } sodium ? new SodiumEd25519(sodium, checksCommitment: true) : null,
    }.OfType<IEd25519Library>()];

    /// <summary>Gets every library that does secp256k1.</summary>
    public static IReadOnlyList<ISecp256k1Library> Secp256k1s { get; } = [.. new[] { Secp256k1, OpenSslSecp256k1.Default }.OfType<ISecp256k1Library>()];

    /// <summary>Gets what to do so that nothing is skipped; <see langword="null"/> where nothing is.</summary>
    public static string? Missing { get; } =
        Sodium is null || OpenSslEd25519.Default is null ? $"Some library for Ed25519 is not there. Install libsodium (Debian: libsodium23) and OpenSSL, or set {LibSodium.Variable} and {LibCrypto.Variable} to their paths."
        : Secp256k1 is null || OpenSslSecp256k1.Default is null ? $"Some library for secp256k1 is not there. Install libsecp256k1 with recovery (Debian: libsecp256k1-1) and OpenSSL, or set {LibSecp256k1.Variable} and {LibCrypto.Variable} to their paths."
        : null;
}
