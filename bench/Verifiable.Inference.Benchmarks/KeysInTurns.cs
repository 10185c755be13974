using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Benchmarks;

/// <summary>
/// What do our checks, hashing and allocation add to the native library called directly? The two are called in turns in one process, a few dozen calls a turn, so that a
/// machine whose speed changes from second to second changes both alike; what is printed is the median of the turns of each, in microseconds for a call, and their ratio.
/// </summary>
internal static unsafe class KeysInTurns
{
    private const int Turns = 400;
    private const int CallsPerTurn = 25;

    private static readonly byte[] _message = new byte[512];

    /// <summary>Measures every pair whose library is there and prints one row each.</summary>
    public static void Run(bool isJson)
    {
        if (LibSodium.Default is { } sodium)
        {
            SodiumEd25519 library = new(sodium);
            Ed25519Scheme scheme = new(library);
            using Ed25519Signer signer = Ed25519Signer.FromSeed(library, "a"u8);
            byte[] key = signer.PublicKey.Bytes.ToArray();
            byte[] signature = signer.Sign(_message);
            byte[] secretKey = SecretKeyOf(sodium);
            byte[] made = new byte[64];
            Print(isJson, "ed25519-verify", () => scheme.Verify(key, _message, signature), () =>
            {
                fixed (byte* s = signature, m = _message, k = key)
                {
                    return sodium.VerifyDetached(s, m, (ulong)_message.Length, k) == 0;
                }
            });
            Print(isJson, "ed25519-sign", () => signer.Sign(_message).Length == 64, () =>
            {
                fixed (byte* s = made, m = _message, k = secretKey)
                {
                    return sodium.SignDetached(s, null, m, (ulong)_message.Length, k) == 0;
                }
            });
        }

        if (LibSecp256k1.Default is { } curve)
        {
            NativeSecp256k1 library = new(curve);
            EthereumScheme scheme = new(library);
            using EthereumSigner signer = EthereumSigner.FromSeed(library, "a"u8);
            byte[] key = signer.PublicKey.Bytes.ToArray();
            byte[] signature = signer.Sign(_message);
            byte[] digest = EthereumMessage.DigestOf(_message);
            byte[] secret = Keccak256.Hash("cow"u8);
            Print(isJson, "ethereum-verify", () => scheme.Verify(key, _message, signature), () => Recovers(curve, signature, digest));
            Print(isJson, "ethereum-sign", () => signer.Sign(_message).Length == 65, () => Signs(curve, secret, digest));
        }

        using EcdsaP256Signer p256 = EcdsaP256Signer.FromSeed("a"u8);
        byte[] p256Key = p256.PublicKey.Bytes.ToArray();
        byte[] p256Signature = p256.Sign(_message);
        using System.Security.Cryptography.ECDsa framework = System.Security.Cryptography.ECDsa.Create();
        framework.ImportPkcs8PrivateKey(p256.ToPkcs8(), out _);
        Print(isJson, "p256-verify", () => EcdsaP256.Scheme.Verify(p256Key, _message, p256Signature), () => framework.VerifyData(_message, p256Signature, System.Security.Cryptography.HashAlgorithmName.SHA256));
        Print(isJson, "p256-sign", () => p256.Sign(_message).Length == 64, () => framework.SignData(_message, System.Security.Cryptography.HashAlgorithmName.SHA256).Length == 64);
    }

    private static void Print(bool isJson, string name, Func<bool> ours, Func<bool> direct)
    {
        double[] oursTimes = new double[Turns];
        double[] directTimes = new double[Turns];
        for (int turn = -Turns / 4; turn < Turns; turn++)
        {
            double first = Time(turn % 2 == 0 ? ours : direct);
            double second = Time(turn % 2 == 0 ? direct : ours);
            if (turn >= 0)
            {
                oursTimes[turn] = turn % 2 == 0 ? first : second;
                directTimes[turn] = turn % 2 == 0 ? second : first;
            }
        }

        (double mine, double peer) = (MedianOf(oursTimes), MedianOf(directTimes));
        Console.WriteLine(isJson
            ? JsonSerializer.Serialize(new { name, ours = Math.Round(mine, 2), peer = Math.Round(peer, 2), ratio = Math.Round(mine / peer, 3), unit = "microseconds" })
            : string.Create(CultureInfo.InvariantCulture, $"{name,-16} {mine,8:f2} µs, directly {peer,8:f2} µs, ratio {mine / peer:f3}"));
    }

    private static double Time(Func<bool> call)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < CallsPerTurn; i++)
        {
            if (!call())
            {
                throw new InvalidOperationException("Expected every call to succeed.");
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / CallsPerTurn;
    }

    private static double MedianOf(double[] times)
    {
        Array.Sort(times);
        return times[times.Length / 2];
    }

    private static byte[] SecretKeyOf(LibSodium library)
    {
        byte[] secretKey = new byte[64];
        fixed (byte* publicKey = new byte[32], secret = secretKey, seed = new byte[32])
        {
            _ = library.SeedKeyPair(publicKey, secret, seed);
        }

        return secretKey;
    }

    private static bool Recovers(LibSecp256k1 library, byte[] signature, byte[] digest)
    {
        byte* recoverable = stackalloc byte[65];
        byte* key = stackalloc byte[64];
        fixed (byte* s = signature, d = digest)
        {
            return (library.ParseSignature(library.Context, recoverable, s, signature[^1] - 27) & library.Recover(library.Context, key, recoverable, d)) == 1;
        }
    }

    private static bool Signs(LibSecp256k1 library, byte[] secret, byte[] digest)
    {
        byte* recoverable = stackalloc byte[65];
        fixed (byte* k = secret, d = digest)
        {
            return library.SignRecoverable(library.Context, recoverable, d, k, 0, null) == 1;
        }
    }
}
