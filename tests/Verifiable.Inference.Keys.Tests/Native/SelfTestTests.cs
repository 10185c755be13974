using System.Security.Cryptography;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Keys.Tests.Native;

/// <summary>A library of the right name with the right functions that does the wrong thing is as good as none.</summary>
public sealed class SelfTestTests
{
    [LibraryFact]
    public void The_real_libraries_pass()
    {
        Assert.All(Libraries.Ed25519s, static library => Assert.True(Ed25519SelfTest.Passes(library)));
        Assert.All(Libraries.Secp256k1s, static library => Assert.True(Secp256k1SelfTest.Passes(library)));
    }

    [LibraryFact]
    public void One_that_does_a_single_thing_wrong_does_not()
    {
        IEd25519Library edwards = Libraries.Ed25519s[0];
        Assert.True(Ed25519SelfTest.Passes(new WrongEd25519(edwards)));
        Assert.False(Ed25519SelfTest.Passes(new WrongEd25519(edwards) { Verdict = true }));
        Assert.False(Ed25519SelfTest.Passes(new WrongEd25519(edwards) { Verdict = false }));
        Assert.False(Ed25519SelfTest.Passes(new WrongEd25519(edwards) { Point = true }));
        Assert.False(Ed25519SelfTest.Passes(new WrongEd25519(edwards) { Point = false }));
        Assert.False(Ed25519SelfTest.Passes(new WrongEd25519(edwards) { SignsZeros = true }));
        Assert.False(Ed25519SelfTest.Passes(new WrongEd25519(edwards) { Throws = true }));
        ISecp256k1Library curve = Libraries.Secp256k1s[0];
        Assert.True(Secp256k1SelfTest.Passes(new WrongSecp256k1(curve)));
        Assert.False(Secp256k1SelfTest.Passes(new WrongSecp256k1(curve) { AlwaysRecoversTheSame = true }));
        Assert.False(Secp256k1SelfTest.Passes(new WrongSecp256k1(curve) { NeverRecovers = true }));
        Assert.False(Secp256k1SelfTest.Passes(new WrongSecp256k1(curve) { RecoveryIdChange = 1 }));
        Assert.False(Secp256k1SelfTest.Passes(new WrongSecp256k1(curve) { RecoveryIdChange = 2 }));
        Assert.False(Secp256k1SelfTest.Passes(new WrongSecp256k1(curve) { Throws = true }));
    }

    [Theory]
    [InlineData("libthat-is-nowhere.so")]
    [InlineData("../lib/x.so")]
    [InlineData("/nowhere/libx.so")]
    public void A_path_that_names_no_library_finds_nothing_and_nothing_else_is_tried(string path)
    {
        const string Variable = "VERIFIABLE_TEST_LIBRARY";
        Environment.SetEnvironmentVariable(Variable, path);
        try
        {
            Assert.Null(NativeSearch.Find(Variable, LibCrypto.Names, static library => new object()));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [LibraryFact]
    public void A_name_without_a_folder_is_no_path_though_the_system_would_find_it()
    {
        const string Variable = "VERIFIABLE_TEST_LIBRARY_NAME";
        string name = LibCrypto.Names.First(static name => System.Runtime.InteropServices.NativeLibrary.TryLoad(name, out _));
        Environment.SetEnvironmentVariable(Variable, name);
        try
        {
            Assert.Null(NativeSearch.Find(Variable, [], static library => new object()));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [LibraryFact]
    public void A_library_that_lacks_a_function_is_passed_over_for_the_next()
    {
        int asked = 0;
        object found = new();
        string name = LibCrypto.Names.First(static name => System.Runtime.InteropServices.NativeLibrary.TryLoad(name, out _));
        Assert.Same(found, NativeSearch.Find("VERIFIABLE_TEST_NO_VARIABLE", [name, name], _ => ++asked == 1 ? null : found));
        Assert.Equal(2, asked);
    }

    private sealed class WrongEd25519(IEd25519Library library) : IEd25519Library
    {
        public string Name => "wrong";

        public bool? Verdict { get; init; }

        public bool? Point { get; init; }

        public bool SignsZeros { get; init; }

        public bool Throws { get; init; }

        public bool IsValidPoint(ReadOnlySpan<byte> point) => Point ?? library.IsValidPoint(point);

        public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Verdict ?? library.Verify(publicKey, message, signature);

        public IEd25519PrivateKey CreatePrivateKey(ReadOnlySpan<byte> privateKey) =>
            Throws ? throw new CryptographicException() : SignsZeros ? new Zeros(library.CreatePrivateKey(privateKey)) : library.CreatePrivateKey(privateKey);
    }

    private sealed class Zeros(IEd25519PrivateKey key) : IEd25519PrivateKey
    {
        public void CopyPublicKeyTo(Span<byte> destination) => key.CopyPublicKeyTo(destination);

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => signature.Clear();

        public void Dispose() => key.Dispose();
    }

    private sealed class WrongSecp256k1(ISecp256k1Library library) : ISecp256k1Library
    {
        public string Name => "wrong";

        public bool AlwaysRecoversTheSame { get; init; }

        public bool NeverRecovers { get; init; }

        public int RecoveryIdChange { get; init; }

        public bool Throws { get; init; }

        public void CopyPublicKeyTo(ReadOnlySpan<byte> privateKey, Span<byte> uncompressed) => library.CopyPublicKeyTo(privateKey, uncompressed);

        public int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, Span<byte> signature) =>
            Throws ? throw new CryptographicException() : library.Sign(privateKey, publicKey, digest, signature) ^ RecoveryIdChange;

        public bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recoveryId, Span<byte> uncompressed)
        {
            if (AlwaysRecoversTheSame)
            {
                library.CopyPublicKeyTo(Keccak256.Hash("cow"u8), uncompressed);
                return true;
            }

            return !NeverRecovers && library.TryRecover(digest, signature, recoveryId, uncompressed);
        }
    }
}
