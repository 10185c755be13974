using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Valid values of what providers, requesters and ledgers send each other.</summary>
internal static class ClaimSeeds
{
    private static readonly EcdsaP256Signer _signer = EcdsaP256Signer.FromSeed("signer"u8);

    private static readonly NodeId _node = _signer.PublicKey.Id;

    public static InferenceClaim Claim(int number) => InferenceClaim.For(Envelope(number), CommittedTensors.Of(Tensors(number)), Named(number)) with
    {
        Trace = number % 2 == 0 ? null : Named(number + 1),
        Evidence = [.. Enumerable.Range(0, number % 3).Select(i => new Evidence($"kind/{i}", new OpaqueBytes(new byte[i * 5])))],
    };

    public static IEnumerable<Evidence> Evidence() => [new("k", OpaqueBytes.Empty), new("attestation/größe", new OpaqueBytes(new byte[40]))];

    public static IEnumerable<NumericProfile> Profiles() => [NumericProfile.CanonicalFloat32, new("", "数", "max-absolute")];

    public static IEnumerable<GenerationOptions> Options() =>
        [new(0), new(ulong.MaxValue, ImmutableSortedDictionary<string, string>.Empty.Add("a", "").Add("temperature", "0.5").Add("z", "größe"))];

    public static IEnumerable<WorkDescription> Works() => Four(Work);

    public static IEnumerable<TaskEnvelope> Envelopes() => Four(Envelope);

    public static IEnumerable<SignedEnvelope> SignedEnvelopes() => Four(number => _signer.SignTogether([.. Enumerable.Range(0, number + 1).Select(Envelope)])[number]);

    public static IEnumerable<TaskAcceptance> Acceptances() => Four(number => new TaskAcceptance(_node, Named(number), _node));

    public static IEnumerable<Signed<TaskAcceptance>> SignedAcceptances() => Acceptances().Select(acceptance => _signer.Sign(acceptance));

    public static IEnumerable<ClaimCommitment> Commitments() => Four(number => Claim(number).Commitment);

    public static IEnumerable<Signed<ClaimCommitment>> Postings() => Commitments().Select(commitment => _signer.Sign(commitment));

    public static IEnumerable<InferenceClaim> Claims() => Four(Claim);

    public static IEnumerable<ClaimExcerpt> Excerpts() => Claims().Select(ClaimExcerpt.Of);

    public static IEnumerable<SignedClaim> SignedClaims() => Claims().Select(claim => SignedClaim.Sign(claim, _signer));

    public static IEnumerable<TaskOffer> Offers() => Four(number => new TaskOffer(_signer.Sign(Envelope(number)), Tensors(number)));

    public static IEnumerable<KeptClaim> KeptClaims() => Four(number => new KeptClaim(Envelope(number), SignedClaim.Sign(Claim(number), _signer)));

    public static IEnumerable<TaskAnswer> Answers() => Four(number => new TaskAnswer(SignedClaim.Sign(Claim(number), _signer), Tensors(number)));

    public static IEnumerable<ClaimDemand> Demands() => Four(number => new ClaimDemand(_node, Named(number), _node));

    public static IEnumerable<Signed<ClaimDemand>> SignedDemands() => Demands().Select(demand => _signer.Sign(demand));

    public static IEnumerable<TaskCancellation> Cancellations() => Four(number => new TaskCancellation(_node, Named(number), _node));

    public static IEnumerable<Signed<TaskCancellation>> SignedCancellations() => Cancellations().Select(cancellation => _signer.Sign(cancellation));

    public static IEnumerable<LedgerHead> Heads() => Four(number => new LedgerHead(_node, (ulong)number, Named(number), Named(number + 1), -number));

    public static IEnumerable<Signed<LedgerHead>> SignedHeads() => Heads().Select(head => _signer.Sign(head));

    public static IEnumerable<Signed<InferenceRequest>> SignedRequests() => Requests().Select(request => _signer.Sign(request));

    public static IEnumerable<TaskSettlement> Settlements() => [new(Named(1), SettlementCause.Served, Named(2)), new(Named(1), SettlementCause.Silent, default) { IsRevealed = true }];

    public static IEnumerable<Transfer> Transfers() =>
        [new(Named(1), TransferSource.Escrow, _node, new Amount(1), TransferPurpose.Reward), Transfer.Burn(Named(1), TransferSource.Stake, new Amount(2))];

    public static IEnumerable<PublicKey> Keys() => [_signer.PublicKey, new("other", [1])];

    public static IEnumerable<Seat> Seats() => [new(TaskRole.Asserter, 0, 0), new(TaskRole.Validator, 1, 2), new(TaskRole.Voter, ushort.MaxValue, 3)];

    public static IEnumerable<InferenceRequest> Requests() => Four(number => new InferenceRequest
    {
        Ledger = _node,
        Requester = _node,
        Work = Work(number),
        Strategy = "sampling/v3",
        Terms = new OpaqueBytes(Terms().First().ToBytes()),
        AuditCommitment = Named(number),
        StakesRoot = Named(number + 1),
        Nonce = Named(number + 2),
        Deadline = number,
    });

    public static IEnumerable<SamplingTerms> Terms() => Four(number => new SamplingTerms
    {
        AuditRate = new Probability64(1 + ((ulong)number << 60)),
        Reward = new Amount(1 + (ulong)number),
        Slash = new Amount(1000),
        Bounty = new Amount(100),
        VoterSeats = 5,
        MaxAttempts = 3,
        VoterAttempts = (ushort)(number + 1),
        Limit = number / 2.0,
        OpeningWindow = number + 1,
        BeaconName = number % 2 == 0 ? string.Empty : "beacon",
        VoteDelay = number % 2 == 0 ? 0 : number + 1,
        CheckDelay = number % 2 == 0 ? 0 : number - 1,
    });

    public static IEnumerable<LedgerCommand> Commands() =>
    [
        new Deposit(_node, new Amount(1)), new Withdraw(_node, new Amount(2)), new Bond(_node, new Amount(3)), new Unbond(_node, new Amount(4)),
        OpenTask.For(Envelope(1)), new AcceptTask(Named(1), _node), new PostClaim(Named(1), _node, Named(2)), new CancelTask(Named(1)),
        new DemandClaim(Named(1)), new RevealClaim(Named(1), _node, Named(2)), new ForfeitOpening(Named(1)), new ExpireSilence(Named(1)),
        new Settle([.. Settlements()], [.. Transfers()]) { Evidence = Named(3) },
        OpenTask.For(Envelope(1), new Amount(5)), new HoldTask(Named(1), Named(2)), new DecideTask(Named(1), IsConvicted: true),
    ];

    public static IEnumerable<LedgerEntry> Entries() => Commands().Select((command, index) => new LedgerEntry(
        (ulong)index + 1, index, command, command is AcceptTask or PostClaim or RevealClaim ? new CommandAuthorization(_signer.PublicKey, new OpaqueBytes(new byte[64])) : null, Named(index)));

    public static IEnumerable<CommandAuthorization> Authorizations() => [new(_signer.PublicKey, new OpaqueBytes(new byte[64])), new(_signer.PublicKey, OpaqueBytes.Empty)];

    private static IEnumerable<T> Four<T>(Func<int, T> create) => Enumerable.Range(0, 4).Select(create);

    private static Digest Named(int number) => Digest.Of([7, (byte)number]);

    private static NamedTensors Tensors(int number) => new(Enumerable.Range(0, number % 3).Select(i =>
        KeyValuePair.Create($"t{i}", i == 0 ? TensorValue.Create(new float[] { number, -0f, float.NaN }, 3) : TensorValue.Create(new[] { true, false }, 1, 2))));

    private static WorkDescription Work(int number) => new(Named(number), CommittedTensors.Of(Tensors(number)), Options().ElementAt(number % 2), Profiles().ElementAt(number % 2));

    private static TaskEnvelope Envelope(int number) => new()
    {
        Ledger = _node,
        Requester = _node,
        Provider = _node,
        Work = Work(number),
        Strategy = "sampling/v3",
        Terms = new OpaqueBytes(new byte[number * 9]),
        Binding = Named(number),
        AuditCommitment = Named(number + 1),
        Reward = new Amount((ulong)number),
        Escrow = new Amount(2 * (ulong)number),
        StakeAtRisk = new Amount(ulong.MaxValue),
        Deadline = number,
        OpeningDeadline = long.MaxValue,
    };
}
