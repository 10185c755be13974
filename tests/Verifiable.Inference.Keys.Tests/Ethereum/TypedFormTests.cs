using System.Collections.Immutable;
using System.Text;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Ethereum.TypedData;

namespace Verifiable.Inference.Keys.Tests.Ethereum;

public sealed class TypedFormTests
{
    private static readonly NodeId _ledger = new(Digest.Of([1]));
    private static readonly NodeId _node = new(Digest.Of([2]));

    private static readonly InferenceRequest _request = new()
    {
        Ledger = _ledger,
        Requester = _node,
        Work = new WorkDescription(
            Digest.Of([3]), new CommittedTensors([new("image", Digest.Of([4]))]),
            new GenerationOptions(ulong.MaxValue, ImmutableSortedDictionary<string, string>.Empty.Add("temperature", "0.5").Add("größe", "\"\n\u0001")), NumericProfile.CanonicalFloat32),
        Strategy = "sampling/v1",
        Terms = new OpaqueBytes([5, 6, 7]),
        AuditCommitment = Digest.Of([8]),
        StakesRoot = Digest.Of([9]),
        Nonce = Digest.Of([10]),
        Deadline = -1,
    };

    private static readonly ClaimCommitment _commitment = new(_ledger, Digest.Of([11]), _node, Digest.Of([12]));

    private static readonly LedgerHead _head = new(_ledger, ulong.MaxValue, Digest.Of([13]), Digest.Of([14]), long.MaxValue);

    private static readonly InferenceClaim _claim = new()
    {
        Ledger = _ledger,
        Task = Digest.Of([15]),
        WorkId = Digest.Of([16]),
        ModelId = Digest.Of([17]),
        Profile = NumericProfile.CanonicalFloat32,
        Outputs = new CommittedTensors([new("logits", Digest.Of([18]))]),
        Trace = Digest.Of([19]),
        Provider = _node,
        Salt = Digest.Of([20]),
        Evidence = [new Evidence("attestation", new OpaqueBytes([21, 22]))],
    };

    private static readonly Receipt _receipt = new()
    {
        Case = new ReceiptCase
        {
            Request = _request,
            RequesterKey = new PublicKey("p256", [1]),
            OperatorKey = new PublicKey("p256", [2]),
            OpeningHead = _head with { StakesRoot = _request.StakesRoot },
            Record = new OpaqueBytes([23]),
            Signatures = [],
        },
        Verdict = Verdict.Reject(VerdictReason.OutputMismatch),
        HashBeforeSettlement = Digest.Of([24]),
        ClosingHead = _head,
        ClosingSignature = OpaqueBytes.Empty,
    };

    private static TypedMessage[] All => [TypedForms.Of(_request), TypedForms.Of(_commitment), TypedForms.Of(_head), TypedForms.Of(_claim), TypedForms.Of(_receipt)];

    // Computed from the JSON of these forms with ethers 6 (TypedDataEncoder) and with MetaMask's eth-sig-util 8 (eip712Hash, V4), which agree.
    public static TheoryData<int, string> Digests => new()
    {
        { 0, "22211bbf9a24f54ed93c2ef26455ef5e0093aeb138e962754ff3cc0f43b18c98" },
        { 1, "fd1fe6ab82ed83d7109588bc34db1e54d906989d5587e484547fb26c69cb6f77" },
        { 2, "9a2ca071c5f4cfc3bac969e04a41f169a17b6366d2822c3fc1c7ed110ec36b01" },
        { 3, "8061ae91ab5417b803441de1a960052bdab197bdf257af3f900b4747162afec6" },
        { 4, "1632f425190ffda0cd2e4153d7c5eb43e255d696547bf260e0f23270c5b2886a" },
    };

    [Theory]
    [MemberData(nameof(Digests))]
    public void Wallets_compute_the_same_digests_of_our_forms(int number, string digest) => Assert.Equal(digest, Convert.ToHexStringLower(All[number].Digest));

    [Fact]
    public void The_digest_without_JSON_is_that_of_the_JSON()
    {
        Form[] forms =
        [
            Forms.Of(_request, _request.Digest), Forms.Of(_commitment, _commitment.ToDigest()), Forms.Of(_head, _head.ToDigest()), Forms.Of(_claim), Forms.Of(_receipt),
            Forms.Of(_claim with { Trace = null, Evidence = [] }), Forms.Of(_head with { Time = long.MinValue }, default),
            Forms.Of(_receipt with { Verdict = new Verdict(VerdictKind.Accepted, VerdictReason.OutputsMatch, 0.25, double.PositiveInfinity) }),
        ];
        foreach (Form form in forms)
        {
            byte[] digest = new byte[Keccak256.Size];
            TypedForms.Hash(form, digest);
            Assert.Equal(digest, TypedForms.MessageOf(form).Digest.ToArray());
        }
    }

    [Fact]
    public void What_the_scheme_signs_is_the_typed_data_of_requests_posted_claims_and_heads_and_a_personal_message_of_all_else()
    {
        foreach ((byte[] message, TypedMessage expected) in new[]
        {
            (_request.ToBytes(), TypedForms.Of(_request)), (_commitment.ToBytes(), TypedForms.Of(_commitment)), (_head.ToBytes(), TypedForms.Of(_head)),
        })
        {
            Assert.Equal(expected.Digest.ToArray(), EthereumMessage.DigestOf(message));
            Assert.True(EthereumMessage.TryGetTypedData(message, out TypedMessage? typed));
            Assert.Equal(expected.ToJson(), typed.ToJson());

            // Not whole, or with a tail: no artifact, so a personal message.
            Assert.Equal(EthereumMessage.PersonalDigestOf(message.AsSpan()[..^1]), EthereumMessage.DigestOf(message.AsSpan()[..^1]));
            Assert.Equal(EthereumMessage.PersonalDigestOf([.. message, 0]), EthereumMessage.DigestOf([.. message, 0]));
        }

        foreach (byte[] message in new[] { [], "Some data"u8.ToArray(), new TaskAcceptance(_ledger, default, _node).ToBytes(), _claim.ToBytes(), _receipt.ToBytes(), new byte[1 << 18] })
        {
            Assert.Equal(EthereumMessage.PersonalDigestOf(message), EthereumMessage.DigestOf(message));
            Assert.False(EthereumMessage.TryGetTypedData(message, out _));
        }
    }

    [Fact]
    public void The_body_in_a_form_is_the_SHA_256_digest_of_the_canonical_bytes()
    {
        Assert.Contains($"\"body\":\"0x{Digest.Of(_request.ToBytes())}\"", TypedForms.Of(_request).ToJson(), StringComparison.Ordinal);
        Assert.Contains($"\"body\":\"0x{_commitment.ToDigest()}\"", TypedForms.Of(_commitment).ToJson(), StringComparison.Ordinal);
        Assert.Contains($"\"body\":\"0x{_receipt.BodyDigest}\"", TypedForms.Of(_receipt).ToJson(), StringComparison.Ordinal);
        Assert.Contains($"\"body\":\"0x{_claim.Digest}\"", TypedForms.Of(_claim).ToJson(), StringComparison.Ordinal);
        Assert.Contains($"\"body\":\"0x{_request.Work.Id}\"", TypedForms.Of(_request).ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_domain_is_another_digest()
    {
        TypedDomain domain = TypedDomain.Library with { ChainId = 1, VerifyingContract = default(EthereumAddress), Salt = Digest.Of([1]) };
        TypedMessage[] messages =
        [
            TypedForms.Of(_head), TypedForms.Of(_head, domain), TypedForms.Of(_head, domain with { ChainId = 2 }), TypedForms.Of(_head, domain with { Salt = null }),
            TypedForms.Of(_head, domain with { Version = "2" }), TypedForms.Of(_head, domain with { VerifyingContract = null }),
        ];
        Assert.Equal(messages.Length, messages.Select(static message => Convert.ToHexString(message.Digest)).Distinct().Count());
        Assert.Single(messages.Select(static message => Convert.ToHexString(message.StructHash)).Distinct());
        Assert.Throws<ArgumentException>(() => TypedForms.Of(_head, domain with { ChainId = -1 }));
        Assert.Throws<ArgumentException>(() => TypedForms.Of(_head, domain with { ChainId = System.Numerics.BigInteger.Pow(2, 256) }));
    }

    [Fact]
    public void The_largest_request_has_typed_data()
    {
        ImmutableSortedDictionary<string, string> settings = ImmutableSortedDictionary<string, string>.Empty.AddRange(
            Enumerable.Range(0, GenerationOptions.MaxSettings).Select(static i => KeyValuePair.Create($"{i:d2}{new string('\u0001', 253)}", new string('\u0002', 255))));
        CommittedTensors inputs = new(Enumerable.Range(0, CommittedTensors.MaxCount).Select(static i => KeyValuePair.Create($"{i:d3}{new string('x', 252)}", Digest.Of([1]))));
        InferenceRequest largest = _request with
        {
            Work = new WorkDescription(default, inputs, new GenerationOptions(0, settings), new NumericProfile(new string('\u0003', 255), new string('\u0003', 255), new string('\u0003', 255))),
            Strategy = new string('\u0003', 255),
            Terms = new OpaqueBytes(new byte[InferenceRequest.MaxTermsBytes]),
        };
        Assert.Equal(TypedForms.Of(largest).Digest.ToArray(), EthereumMessage.DigestOf(largest.ToBytes()));
        Assert.True(EthereumMessage.TryGetTypedData(largest.ToBytes(), out _));
    }

    [LibraryFact]
    public void A_wallets_signature_of_the_typed_data_is_the_signature_of_the_request()
    {
        using EthereumSigner wallet = EthereumSigner.FromSeed("wallet"u8);
        InferenceRequest request = _request with { Requester = wallet.PublicKey.Id };

        // The wallet sees JSON and nothing else.
        Assert.True(TypedMessage.TryParse(Encoding.UTF8.GetBytes(TypedForms.Of(request).ToJson()), out TypedMessage? shown));
        Signed<InferenceRequest> signed = new(request, wallet.PublicKey, new OpaqueBytes(wallet.SignTypedData(shown)));
        Assert.True(signed.IsValidFrom(request.Requester, new SignatureSchemes(EthereumSignatures.Scheme)));

        // Not as a personal message, and not under another domain: one message, one digest.
        Assert.False(new Signed<InferenceRequest>(request, wallet.PublicKey, new OpaqueBytes(wallet.SignPersonal(request.ToBytes()))).IsValidFrom(request.Requester, new SignatureSchemes(EthereumSignatures.Scheme)));
        TypedMessage elsewhere = TypedForms.Of(request, TypedDomain.Library with { ChainId = 1 });
        Assert.False(new Signed<InferenceRequest>(request, wallet.PublicKey, new OpaqueBytes(wallet.SignTypedData(elsewhere))).IsValidFrom(request.Requester, new SignatureSchemes(EthereumSignatures.Scheme)));
    }
}
