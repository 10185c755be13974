using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Identity;

public sealed class SignatureSchemeLaws
{
    private static readonly byte[] _message = [.. Enumerable.Range(0, 48).Select(i => (byte)i)];

    public static TheoryData<string> Names => SchemeRegistry.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_signed_verifies(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), message => item.Scheme.Verify(signer.PublicKey.Bytes, message, signer.Sign(message)))
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Keys_name_their_scheme_and_differ_by_seed(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        Assert.Equal(item.Scheme.Name, item.CreateSigner("a").PublicKey.Scheme);
        Assert.Equal(item.CreateSigner("a").PublicKey, item.CreateSigner("a").PublicKey);
        Assert.NotEqual(item.CreateSigner("a").PublicKey, item.CreateSigner("b").PublicKey);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_flipped_bit_of_the_message_is_refused(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        byte[] signature = signer.Sign(_message);
        foreach (byte[] flipped in Flips(_message))
        {
            Assert.False(item.Scheme.Verify(signer.PublicKey.Bytes, flipped, signature));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_flipped_bit_of_the_signature_is_refused(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        foreach (byte[] flipped in Flips(signer.Sign(_message)))
        {
            Assert.False(item.Scheme.Verify(signer.PublicKey.Bytes, _message, flipped));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_flipped_bit_of_the_key_is_refused(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        byte[] signature = signer.Sign(_message);
        foreach (byte[] flipped in Flips(signer.PublicKey.Bytes.ToArray()))
        {
            Assert.False(item.Scheme.Verify(flipped, _message, signature));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_malleated_signature_is_refused(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");

        // 64 signatures: a signer that forgot to normalise would pass with probability 2^-64.
        for (int i = 0; i < 64; i++)
        {
            byte[] signature = signer.Sign(_message);
            byte[][] others = [.. item.Malleate(signature)];
            Assert.NotEmpty(others);
            Assert.True(item.Scheme.Verify(signer.PublicKey.Bytes, _message, signature));
            foreach (byte[] other in others)
            {
                Assert.NotEqual(signature, other);
                Assert.False(item.Scheme.Verify(signer.PublicKey.Bytes, _message, other));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_lengths_are_refused_without_an_exception(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        byte[] key = signer.PublicKey.Bytes.ToArray();
        byte[] signature = signer.Sign(_message);
        for (int length = 0; length <= byte.MaxValue; length++)
        {
            Assert.Equal(length == signature.Length, item.Scheme.Verify(key, _message, Resize(signature, length)));
            Assert.Equal(length == key.Length, item.Scheme.Verify(Resize(key, length), _message, signature));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Random_bytes_are_refused_without_an_exception(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (key, signature) => !item.Scheme.Verify(key, _message, signature))
            .QuickCheckThrowOnFailure();

        Random random = new(1);
        byte[] publicKey = item.CreateSigner("a").PublicKey.Bytes.ToArray();
        byte[] bytes = item.CreateSigner("a").Sign(_message);
        for (int i = 0; i < 500; i++)
        {
            random.NextBytes(bytes);
            Assert.False(item.Scheme.Verify(publicKey, _message, bytes));
            random.NextBytes(bytes.AsSpan(bytes.Length / 2));
            bytes.AsSpan(0, bytes.Length / 2).Clear();
            Assert.False(item.Scheme.Verify(publicKey, _message, bytes));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_signature_of_another_key_is_refused(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        Assert.False(item.Scheme.Verify(item.CreateSigner("a").PublicKey.Bytes, _message, item.CreateSigner("b").Sign(_message)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_signature_is_not_valid_for_the_same_fields_of_another_kind_of_artifact(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        SignatureSchemes schemes = new(item.Scheme);
        ISigner signer = item.CreateSigner("a");
        NodeId node = signer.PublicKey.Id;
        Signed<TaskAcceptance> acceptance = signer.Sign(new TaskAcceptance(node, Digest.Of([1]), node));
        Assert.True(acceptance.IsValidFrom(node, schemes));

        // The fields of an acceptance are the first fields of a commitment; only the labels keep the two apart.
        Signed<ClaimCommitment> replayed = new(new ClaimCommitment(node, Digest.Of([1]), node, default), signer.PublicKey, acceptance.Signature);
        Assert.False(replayed.IsValidFrom(node, schemes));
        Signed<TaskAcceptance> elsewhere = new(acceptance.Body with { Ledger = default }, signer.PublicKey, acceptance.Signature);
        Assert.False(elsewhere.IsValidFrom(node, schemes));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_key_that_says_another_scheme_is_refused(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        byte[] signature = signer.Sign(_message);
        SignatureSchemes schemes = new(item.Scheme);
        Assert.True(schemes.Verify(signer.PublicKey, _message, signature));
        Assert.False(schemes.Verify(new PublicKey(item.Scheme.Name + "x", signer.PublicKey.Bytes), _message, signature));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_signature_is_valid_under_no_other_scheme_whatever_key_is_said_to_be_its(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        byte[] signature = signer.Sign(_message);
        foreach (SchemeCase other in SchemeRegistry.All.Where(other => other.Scheme.Name != item.Scheme.Name))
        {
            SignatureSchemes both = new(item.Scheme, other.Scheme);
            ISigner otherSigner = other.CreateSigner("a");
            PublicKey renamed = new(other.Scheme.Name, signer.PublicKey.Bytes);
            Assert.NotEqual(signer.PublicKey.Id, renamed.Id);
            Assert.False(both.Verify(renamed, _message, signature));
            Assert.False(both.Verify(otherSigner.PublicKey, _message, signature));
            Assert.False(both.Verify(new PublicKey(item.Scheme.Name, otherSigner.PublicKey.Bytes), _message, signature));
            Assert.False(both.Verify(signer.PublicKey, _message, otherSigner.Sign(_message)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_remembered_as_valid_is_that_signature_of_that_key_and_nothing_else(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        byte[] signature = signer.Sign(_message);
        SignatureSchemes schemes = new SignatureSchemes(item.Scheme).Remembering(4);
        for (int round = 0; round < 2; round++)
        {
            Assert.True(schemes.Verify(signer.PublicKey, _message, signature));
            Assert.False(schemes.Verify(new PublicKey(item.Scheme.Name + "x", signer.PublicKey.Bytes), _message, signature));
            Assert.False(schemes.Verify(item.CreateSigner("b").PublicKey, _message, signature));
            Assert.All(item.Malleate(signature), other => Assert.False(schemes.Verify(signer.PublicKey, _message, other)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_flipped_bit_of_an_artifact_is_refused(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        NodeId node = signer.PublicKey.Id;

        // A kind that a scheme may sign in a form of its own; with flipped bits it is often no artifact at all.
        byte[] message = new ClaimCommitment(node, Digest.Of([1]), node, Digest.Of([2])).ToBytes();
        byte[] signature = signer.Sign(message);
        Assert.True(item.Scheme.Verify(signer.PublicKey.Bytes, message, signature));
        foreach (byte[] flipped in Flips(message))
        {
            Assert.False(item.Scheme.Verify(signer.PublicKey.Bytes, flipped, signature));
        }

        Assert.False(item.Scheme.Verify(signer.PublicKey.Bytes, [.. message, 0], signature));
        Assert.False(item.Scheme.Verify(signer.PublicKey.Bytes, message.AsSpan()[..^1], signature));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Many_threads_may_sign_and_verify_with_one_key(string name)
    {
        SchemeCase item = SchemeRegistry.Get(name);
        ISigner signer = item.CreateSigner("a");
        bool[] valid = new bool[200];
        Parallel.For(0, valid.Length, i =>
        {
            byte[] message = BitConverter.GetBytes(i);
            byte[] signature = signer.Sign(message);
            valid[i] = item.Scheme.Verify(signer.PublicKey.Bytes, message, signature) && !item.Scheme.Verify(signer.PublicKey.Bytes, _message, signature);
        });
        Assert.DoesNotContain(false, valid);
    }

    private static IEnumerable<byte[]> Flips(byte[] bytes)
    {
        for (int i = 0; i < 8 * bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i / 8] ^= (byte)(1 << (i % 8));
            yield return flipped;
        }
    }

    private static byte[] Resize(byte[] bytes, int length)
    {
        byte[] resized = [.. bytes];
        Array.Resize(ref resized, length);
        return resized;
    }
}
