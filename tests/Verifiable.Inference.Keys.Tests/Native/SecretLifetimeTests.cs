using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Formats;
using Verifiable.Inference.Keys.Native;
using Verifiable.Inference.Keys.Storage;

namespace Verifiable.Inference.Keys.Tests.Native;

public sealed unsafe class SecretLifetimeTests
{
    [Fact]
    public void A_secret_is_erased_when_nobody_uses_it_any_more_and_not_before()
    {
        // Large enough that what the allocator itself writes into freed memory leaves most of it; it is read, and nothing is written.
        byte[] secret = RandomNumberGenerator.GetBytes(8192);
        SecretKey key = SecretKey.CopyOf(secret);
        nint place = key.Use(key, (bytes, held) =>
        {
            held.Dispose();
            Assert.True(bytes.SequenceEqual(secret));
            return (nint)Unsafe.AsPointer(ref Unsafe.AsRef(in bytes[0]));
        });
        ReadOnlySpan<byte> left = new((void*)place, secret.Length);
        for (int start = 64; start + 16 <= secret.Length; start += 16)
        {
            Assert.False(left.Slice(start, 16).SequenceEqual(secret.AsSpan(start, 16)));
        }

        Assert.Throws<ObjectDisposedException>(() => key.Use(0, static (_, _) => 0));
        Assert.Equal(nameof(SecretKey), key.ToString());
    }

    [Fact]
    public void A_password_is_erased()
    {
        Password password = new("pässword");
        ReadOnlySpan<byte> bytes = password.Bytes;
        Assert.True(bytes.ContainsAnyExcept((byte)0));
        password.Dispose();
        Assert.False(bytes.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void What_is_wrong_with_a_password_is_told_without_a_part_of_it()
    {
        foreach (Action<string> use in new Action<string>[]
        {
            static text => EncryptedPem.Write("x"u8, text, 1),
            static text => _ = new Password(text),
        })
        {
            ArgumentException fault = Assert.Throws<ArgumentException>(() => use("secret\uD83Dword"));
            Assert.DoesNotContain("D83D", fault.ToString(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("index", fault.ToString(), StringComparison.OrdinalIgnoreCase);
            Assert.Null(fault.InnerException);
        }
    }

    [Fact]
    public void Arrays_that_hold_a_private_key_are_not_moved()
    {
        // Of what the garbage collector moves, a copy is left behind.
        byte[][] arrays =
        [
            Pkcs8.WriteEd25519(new byte[32]), Pkcs8.WriteSecp256k1(new byte[32], new byte[65]), AesCounterMode.Apply(new byte[16], new byte[16], new byte[32]), Decrypted(),
        ];
        nint[] places = [.. arrays.Select(static bytes => (nint)Unsafe.AsPointer(ref bytes[0]))];
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        Assert.Equal(places, arrays.Select(static bytes => (nint)Unsafe.AsPointer(ref bytes[0])));
        Assert.All(arrays, static bytes => Assert.Equal(2, GC.GetGeneration(bytes)));
    }

    [LibraryFact]
    public void No_exception_for_a_private_key_that_is_none_holds_it()
    {
        byte[] wrong = Convert.FromHexString("ffffffffffffffffffffffffffffffffffffffffffffffffffffffff12345678");
        foreach (Action make in new Action[]
        {
            () => EthereumSigner.FromPrivateKey(wrong), () => EthereumSigner.FromPkcs8(wrong), () => Ed25519Signer.FromPkcs8(wrong), () => Ed25519Signer.FromPrivateKey(wrong.AsSpan(1)),
        })
        {
            Exception? fault = Record.Exception(make);
            Assert.NotNull(fault);
            Assert.DoesNotContain("12345678", fault.ToString(), StringComparison.Ordinal);
        }
    }

    private static byte[] Decrypted()
    {
        byte[] encrypted = Pbes2.Encrypt("secret"u8, "p"u8, 1, Verifiable.Inference.Selection.SystemRandomSource.Instance);
        Assert.Equal(KeyFileRefusal.None, Pbes2.TryRead(encrypted, KeyFileLimits.Default, out Pbes2? read));
        return read!.TryDecrypt("p"u8)!;
    }
}
