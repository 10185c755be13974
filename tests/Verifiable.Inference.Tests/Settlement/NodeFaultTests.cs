using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Settlement;

/// <summary>
/// What nodes may do wrong between commitment and reveal, and what stakes may be wrong: after each the ledger says what happened, money is conserved, and the honest node, which did the same work
/// beside the faulty one, commits, is settled, keeps its stake and is paid.
/// </summary>
public sealed class NodeFaultTests
{
    private const long Deadline = 100;
    private const long OpeningDeadline = 200;
    private const long DemandAt = 105;
    private const long RevealEnd = 125;

    private static readonly EcdsaP256Signer _operator = EcdsaP256Signer.FromSeed("operator"u8);
    private static readonly EcdsaP256Signer _requester = EcdsaP256Signer.FromSeed("requester"u8);
    private static readonly EcdsaP256Signer _honest = EcdsaP256Signer.FromSeed("honest"u8);
    private static readonly EcdsaP256Signer _faulty = EcdsaP256Signer.FromSeed("faulty"u8);
    private static readonly Digest _secret = Digest.Of("secret"u8);

    private readonly LedgerClock _clock = new() { Milliseconds = 10 };
    private readonly InferenceLedger _ledger;
    private readonly TaskEnvelope _honestTask;
    private readonly TaskEnvelope _faultyTask;
    private readonly SignedClaim _honestClaim;
    private readonly SignedClaim _faultyClaim;

    public NodeFaultTests()
    {
        _ledger = new InferenceLedger(_operator, SignatureSchemes.Default, _clock);
        Do(new Deposit(Id(_requester), new Amount(1000)));
        foreach (EcdsaP256Signer signer in new[] { _honest, _faulty })
        {
            Do(new Deposit(Id(signer), new Amount(100)));
            Do(new Bond(Id(signer), new Amount(100)));
        }

        _honestTask = Accepted(_honest, 1);
        _faultyTask = Accepted(_faulty, 2);
        _honestClaim = Claim(_honestTask, _honest);
        _faultyClaim = Claim(_faultyTask, _faulty);
        Post(_honestClaim.Posting);
    }

    [Fact]
    public void A_node_that_commits_and_never_reveals_loses_its_stake_at_risk()
    {
        Post(_faultyClaim.Posting);
        Demand(_faultyTask);
        Expire(_faultyTask);
        Check(faulty: 70, requester: 930 + 50, burnt: 30);
    }

    [Fact]
    public void A_node_that_accepts_and_never_commits_loses_its_stake_at_risk()
    {
        Expire(_faultyTask);
        Check(faulty: 70, requester: 930 + 50, burnt: 30);
    }

    [Fact]
    public void A_node_that_reveals_twice_is_answered_as_the_first_time()
    {
        Post(_faultyClaim.Posting);
        Demand(_faultyTask);
        Assert.Equal(LedgerRefusal.None, _ledger.Reveal(_faultyTask, _faultyClaim));
        ulong entries = _ledger.Sequence;
        Assert.Equal(LedgerRefusal.None, _ledger.Reveal(_faultyTask, _faultyClaim));
        _clock.Milliseconds = RevealEnd + 1;
        Assert.Equal(LedgerRefusal.None, _ledger.Reveal(_faultyTask, _faultyClaim));
        Assert.Equal(entries, _ledger.Sequence);

        // Another value than the committed one is no reveal, before or after the right one.
        Assert.Equal(LedgerRefusal.NotDemanded, _ledger.Reveal(_faultyTask, Claim(_faultyTask, _faulty, salt: 9)));
        Assert.Equal(_faultyClaim, _ledger.FindRevealed(_faultyTask.Digest));
        Check(faulty: 100, requester: 930, burnt: 0);
    }

    [Fact]
    public void A_node_that_reveals_another_s_value_is_refused_and_silent()
    {
        // It copies the honest node's commitment, word for word, and then its revealed claim.
        Assert.Equal(LedgerRefusal.None, _ledger.Post(_faulty.Sign(new ClaimCommitment(_ledger.Id, _faultyTask.Digest, Id(_faulty), _honestClaim.Body.Digest))));
        Demand(_faultyTask);
        Assert.Equal(LedgerRefusal.ClaimMismatch, _ledger.Reveal(_faultyTask, _honestClaim));
        Assert.Equal(LedgerRefusal.ClaimMismatch, _ledger.Reveal(_faultyTask, SignedClaim.Sign(_honestClaim.Body, _faulty)));
        Assert.Equal(LedgerRefusal.ClaimMismatch, _ledger.Reveal(_faultyTask, SignedClaim.Sign(_honestClaim.Body with { Provider = Id(_faulty), Task = _faultyTask.Digest }, _faulty)));
        Assert.Equal(LedgerRefusal.NotDemanded, _ledger.Reveal(_honestTask, _honestClaim));
        Expire(_faultyTask);
        Check(faulty: 70, requester: 930 + 50, burnt: 30);
    }

    [Fact]
    public void A_node_that_reveals_after_the_deadline_is_refused_and_silent()
    {
        Post(_faultyClaim.Posting);
        Demand(_faultyTask);
        _clock.Milliseconds = RevealEnd;
        Assert.Equal(LedgerRefusal.RevealTooLate, _ledger.Reveal(_faultyTask, _faultyClaim));
        Expire(_faultyTask);
        Check(faulty: 70, requester: 930 + 50, burnt: 30);
    }

    [Fact]
    public void A_node_that_commits_after_the_deadline_is_refused_and_silent()
    {
        _clock.Milliseconds = Deadline;
        Assert.NotEqual(LedgerRefusal.None, _ledger.Post(_faultyClaim.Posting));
        Expire(_faultyTask);
        Check(faulty: 70, requester: 930 + 50, burnt: 30);
    }

    [Fact]
    public void A_node_that_commits_one_claim_for_two_ids_reveals_it_for_one()
    {
        TaskEnvelope second = Accepted(_faulty, 3);
        Post(_faultyClaim.Posting);
        Assert.Equal(LedgerRefusal.None, _ledger.Post(_faulty.Sign(new ClaimCommitment(_ledger.Id, second.Digest, Id(_faulty), _faultyClaim.Body.Digest))));
        Demand(_faultyTask);
        Demand(second);
        Assert.Equal(LedgerRefusal.None, _ledger.Reveal(_faultyTask, _faultyClaim));
        Assert.Equal(LedgerRefusal.ClaimMismatch, _ledger.Reveal(second, _faultyClaim));
        Assert.Equal(LedgerRefusal.ClaimMismatch, _ledger.Reveal(second, Claim(second, _faulty)));
        Expire(second);
        Check(faulty: 70, requester: 930, burnt: 30);
    }

    [Fact]
    public void A_node_that_commits_two_claims_for_one_id_has_signed_the_proof_against_itself()
    {
        Post(_faultyClaim.Posting);
        Signed<ClaimCommitment> other = Claim(_faultyTask, _faulty, salt: 9).Posting;
        Assert.Equal(LedgerRefusal.Equivocation, _ledger.Post(other));
        Assert.True(EquivocationProof.IsProof(_faultyClaim.Posting, other, SignatureSchemes.Default));
        Check(faulty: 100, requester: 930, burnt: 0);
    }

    [Fact]
    public void A_stake_of_zero_is_not_bonded_draws_nobody_and_backs_no_task()
    {
        EcdsaP256Signer poor = EcdsaP256Signer.FromSeed("poor"u8);
        Assert.Equal(LedgerRefusal.ZeroAmount, _ledger.Apply(new Bond(Id(poor), Amount.Zero)));
        Assert.DoesNotContain(Id(poor).Value, _ledger.Stakes.Leaves.Select(leaf => leaf.Key));
        TaskEnvelope offered = Opened(poor, 4);
        Assert.Equal(LedgerRefusal.InsufficientFreeStake, _ledger.Accept(poor.Sign(new TaskAcceptance(_ledger.Id, offered.Digest, Id(poor)))));
        Check(faulty: 100, requester: 880, burnt: 0);
    }

    [Fact]
    public void Stakes_whose_sum_overflows_cannot_be_paid_in()
    {
        NodeId rich = LedgerWorld.Node(9);
        ulong rest = ulong.MaxValue - _ledger.State.Totals.Deposited.Units;
        Assert.NotEqual(LedgerRefusal.None, _ledger.Apply(new Deposit(rich, new Amount(rest + 1))));
        Do(new Deposit(rich, new Amount(rest)));
        Do(new Bond(rich, new Amount(rest)));
        Assert.NotEqual(LedgerRefusal.None, _ledger.Apply(new Deposit(LedgerWorld.Node(10), new Amount(1))));
        Assert.Equal(rest + 200, _ledger.Stakes.Total);
        Assert.Throws<ArgumentException>(() => new WeightTree(
            [KeyValuePair.Create(Digest.Of([1]), ulong.MaxValue), KeyValuePair.Create(Digest.Of([2]), 1UL)]));
        Check(faulty: 100, requester: 930, burnt: 0);
    }

    private static NodeId Id(EcdsaP256Signer signer) => signer.PublicKey.Id;

    private static SignedClaim Claim(TaskEnvelope envelope, EcdsaP256Signer signer, byte salt = 1) =>
        SignedClaim.Sign(InferenceClaim.For(envelope, CommittedTensors.Of(NamedTensors.Empty), Digest.Of([salt])), signer);

    private void Do(LedgerCommand command) => Assert.Equal(LedgerRefusal.None, _ledger.Apply(command));

    private TaskEnvelope Opened(EcdsaP256Signer provider, ulong number)
    {
        TaskEnvelope envelope = new()
        {
            Ledger = _ledger.Id,
            Requester = Id(_requester),
            Provider = Id(provider),
            Work = new WorkDescription(Digest.Of("model"u8), CommittedTensors.Of(NamedTensors.Empty), new GenerationOptions(0), NumericProfile.CanonicalFloat32),
            Strategy = "test/v1",
            Terms = OpaqueBytes.Empty,
            Binding = Digest.Of(BitConverter.GetBytes(number)),
            AuditCommitment = AuditSecret.Commit(_secret),
            Reward = new Amount(20),
            Escrow = new Amount(50),
            StakeAtRisk = new Amount(30),
            Deadline = Deadline,
            OpeningDeadline = OpeningDeadline,
        };
        Assert.Equal(LedgerRefusal.None, _ledger.Open(_requester.Sign(envelope)));
        return envelope;
    }

    private TaskEnvelope Accepted(EcdsaP256Signer provider, ulong number)
    {
        TaskEnvelope envelope = Opened(provider, number);
        Assert.Equal(LedgerRefusal.None, _ledger.Accept(provider.Sign(new TaskAcceptance(_ledger.Id, envelope.Digest, Id(provider)))));
        return envelope;
    }

    private void Post(Signed<ClaimCommitment> posting) => Assert.Equal(LedgerRefusal.None, _ledger.Post(posting));

    private void Demand(TaskEnvelope envelope)
    {
        _clock.Milliseconds = DemandAt;
        Assert.Equal(LedgerRefusal.None, _ledger.Demand(_requester.Sign(new ClaimDemand(_ledger.Id, envelope.Digest, Id(_requester)))));
    }

    // The honest task is settled in time, beside the faulty one that runs into its deadline.
    private void Expire(TaskEnvelope faulty)
    {
        SettleHonest();
        _clock.Milliseconds = OpeningDeadline;
        Assert.Equal(LedgerRefusal.None, _ledger.Apply(new ExpireSilence(faulty.Digest)));
    }

    private void SettleHonest()
    {
        if (_ledger.FindTask(_honestTask.Digest)!.State == TaskState.Settled)
        {
            return;
        }

        Settle settlement = new(
            [new TaskSettlement(_honestTask.Digest, SettlementCause.Served, _secret) { Claim = _ledger.FindTask(_honestTask.Digest)!.Claim!.Value }],
            [new Transfer(_honestTask.Digest, TransferSource.Escrow, Id(_honest), new Amount(20), TransferPurpose.Reward)]);
        Assert.Equal(LedgerRefusal.None, _ledger.Append(settlement, null));
    }

    private void Check(ulong faulty, ulong requester, ulong burnt)
    {
        SettleHonest();
        Assert.True(_ledger.State.Totals.IsConserved);
        Assert.Equal(new Amount(100), _ledger.State.GetAccount(Id(_honest)).Stake);
        Assert.Equal(new Amount(100), _ledger.State.GetAccount(Id(_honest)).FreeStake);
        Assert.Equal(new Amount(20), _ledger.BalanceOf(Id(_honest)));
        Assert.Equal(new Amount(faulty), _ledger.State.GetAccount(Id(_faulty)).Stake);
        Assert.Equal(new Amount(requester), _ledger.BalanceOf(Id(_requester)));
        Assert.Equal(new Amount(burnt), _ledger.State.Totals.Burnt);
    }
}
