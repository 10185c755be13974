using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

public sealed class InferenceLedgerTests
{
    private static readonly EcdsaP256Signer _operator = EcdsaP256Signer.FromSeed("operator"u8);
    private static readonly EcdsaP256Signer _provider = EcdsaP256Signer.FromSeed("provider"u8);
    private static readonly EcdsaP256Signer _stranger = EcdsaP256Signer.FromSeed("stranger"u8);
    private static readonly NodeId _ledgerId = _operator.PublicKey.Id;
    private static readonly NodeId _node = _provider.PublicKey.Id;
    private static readonly NodeId _requester = LedgerWorld.Node(1);
    private static readonly Digest _task = LedgerWorld.Task(1);

    private readonly ManualClock _clock = new() { Milliseconds = 10 };
    private readonly InferenceLedger _ledger;

    public InferenceLedgerTests()
    {
        _ledger = new InferenceLedger(_operator, SignatureSchemes.Default, _clock);
        Apply(new Deposit(_requester, new Amount(1000)));
        Apply(new Deposit(_node, new Amount(100)));
        Apply(new Bond(_node, new Amount(100)));
        Apply(LedgerWorld.Open(_task, _requester, _node, 50, 20, 30, 100, 200));
    }

    [Fact]
    public void Acceptance_and_claim_are_taken_signed_only()
    {
        Assert.Equal(LedgerRefusal.UnsignedCommand, _ledger.Apply(new AcceptTask(_task, _node)));
        Assert.Equal(LedgerRefusal.None, _ledger.Accept(_provider.Sign(new TaskAcceptance(_ledgerId, _task, _node))));
        Assert.Equal(LedgerRefusal.UnsignedCommand, _ledger.Apply(new PostClaim(_task, _node, default)));
        Assert.Equal(LedgerRefusal.None, _ledger.Post(_provider.Sign(Claim(1))));
        Assert.Equal(LedgerRefusal.None, _ledger.Post(_provider.Sign(Claim(1))));
        Assert.Equal(LedgerRefusal.Equivocation, _ledger.Post(_provider.Sign(Claim(2))));
        Assert.Equal(LedgerWorld.Claim(1), _ledger.FindTask(_task)!.Claim);
        Assert.Null(_ledger.FindTask(LedgerWorld.Task(2)));
    }

    [Fact]
    public void What_is_signed_for_another_ledger_or_by_another_key_is_refused()
    {
        TaskAcceptance acceptance = new(_ledgerId, _task, _node);
        Signed<TaskAcceptance> signed = _provider.Sign(acceptance);
        LedgerState before = _ledger.State;
        Assert.Equal(LedgerRefusal.WrongLedger, _ledger.Accept(_provider.Sign(acceptance with { Ledger = _node })));
        Assert.Equal(LedgerRefusal.InvalidSignature, _ledger.Accept(_stranger.Sign(acceptance)));
        Assert.Equal(LedgerRefusal.InvalidSignature, _ledger.Accept(new Signed<TaskAcceptance>(acceptance, _provider.PublicKey, OpaqueBytes.Empty)));
        Assert.Equal(LedgerRefusal.InvalidSignature, _ledger.Accept(new Signed<TaskAcceptance>(acceptance, _stranger.PublicKey, signed.Signature)));
        Assert.Equal(LedgerRefusal.InvalidSignature, _ledger.Accept(new Signed<TaskAcceptance>(acceptance with { Task = default }, _provider.PublicKey, signed.Signature)));
        Assert.Equal(LedgerRefusal.WrongProvider, _ledger.Accept(_stranger.Sign(acceptance with { Provider = _stranger.PublicKey.Id })));
        Assert.Equal(LedgerRefusal.WrongLedger, _ledger.Post(_provider.Sign(Claim(1) with { Ledger = default })));
        Assert.Equal(LedgerRefusal.InvalidSignature, _ledger.Post(_stranger.Sign(Claim(1))));
        Assert.Same(before, _ledger.State);
    }

    [Fact]
    public void A_clock_that_runs_backwards_stops_the_ledgers_time()
    {
        _clock.Milliseconds = 5;
        Apply(new Deposit(_requester, new Amount(1)));
        Assert.Equal(10, _ledger.State.Time);
        Assert.Equal(10, _ledger.ReadEntries()[^1].Time);
        _clock.Milliseconds = 11;
        Apply(new Deposit(_requester, new Amount(1)));
        Assert.Equal(11, _ledger.State.Time);
    }

    [Fact]
    public void A_head_is_signed_by_the_operator_and_says_where_the_ledger_stands()
    {
        Signed<LedgerHead> head = _ledger.SignHead();
        Assert.True(head.IsValidFrom(_ledgerId, SignatureSchemes.Default));
        Assert.Equal(new LedgerHead(_ledgerId, 4, _ledger.ReadEntries()[^1].Hash, _ledger.StakesRoot, 10), head.Body);
        Assert.Equal(100UL, _ledger.Stakes.Total);
    }

    [Fact]
    public void The_stakes_root_changes_with_stakes_only()
    {
        WeightTree before = _ledger.Stakes;
        Assert.Equal(LedgerRefusal.None, _ledger.Accept(_provider.Sign(new TaskAcceptance(_ledgerId, _task, _node))));
        Assert.Same(before, _ledger.Stakes);
        Apply(new Unbond(_node, new Amount(1)));
        Assert.NotEqual(before.Root, _ledger.StakesRoot);
    }

    [Fact]
    public void Two_different_signed_claims_are_equivocation_and_two_signatures_of_one_are_not()
    {
        Signed<ClaimCommitment> first = _provider.Sign(Claim(1));
        Signed<ClaimCommitment> second = _provider.Sign(Claim(2));
        Assert.True(EquivocationProof.IsProof(first, second, SignatureSchemes.Default));
        Assert.True(EquivocationProof.IsProof(second, first, SignatureSchemes.Default));
        Assert.False(EquivocationProof.IsProof(first, _provider.Sign(Claim(1)), SignatureSchemes.Default));
        Assert.False(EquivocationProof.IsProof(first, _stranger.Sign(Claim(2)), SignatureSchemes.Default));
        Assert.False(EquivocationProof.IsProof(_stranger.Sign(Claim(1)), second, SignatureSchemes.Default));
        Assert.False(EquivocationProof.IsProof(first, _provider.Sign(Claim(2) with { Task = default }), SignatureSchemes.Default));
        Assert.False(EquivocationProof.IsProof(first, _provider.Sign(Claim(2) with { Ledger = default }), SignatureSchemes.Default));
        Assert.False(EquivocationProof.IsProof(first, _stranger.Sign(Claim(2) with { Provider = _stranger.PublicKey.Id }), SignatureSchemes.Default));
    }

    [Fact]
    public void Many_threads_may_use_one_ledger()
    {
        Parallel.For(0, 500, i =>
        {
            Apply(new Deposit(LedgerWorld.Node(i % 7), new Amount(2)));
            Apply(new Bond(LedgerWorld.Node(i % 7), new Amount(1)));
            Assert.True(_ledger.State.Totals.IsConserved);
            Assert.True(_ledger.Stakes.Total >= 100);
        });
        Assert.Equal(1004UL, _ledger.Sequence);
        Assert.Equal(600UL, _ledger.Stakes.Total);
        Assert.True(LedgerReplay.Verify(_ledgerId, _ledger.ReadEntries(), SignatureSchemes.Default).IsAt(_ledger.SignHead().Body));
    }

    [Fact]
    public void A_ledger_without_entries_has_a_head()
    {
        InferenceLedger empty = new(_operator, SignatureSchemes.Default, _clock);
        LedgerReplayResult replay = LedgerReplay.Verify(_ledgerId, [], SignatureSchemes.Default);
        Assert.True(replay.IsAt(empty.SignHead().Body));
        Assert.NotEqual(LedgerChain.Genesis(_ledgerId), LedgerChain.Genesis(_node));
        Assert.Equal(0UL, empty.Stakes.Total);
    }

    [Fact]
    public void A_replay_leads_to_the_same_state_and_head()
    {
        ImmutableArray<LedgerEntry> entries = Story();
        LedgerReplayResult replay = LedgerReplay.Verify(_ledgerId, entries, SignatureSchemes.Default);
        Assert.True(replay.IsValid);
        Assert.Null(replay.FirstBadEntry);
        Assert.True(replay.IsAt(_ledger.SignHead().Body));
        Assert.Equal(_ledger.State.Accounts, replay.State.Accounts);
        Assert.Equal(_ledger.State.Tasks, replay.State.Tasks);
        Assert.Equal(_ledger.State.Totals, replay.State.Totals);
        Assert.Equal<LedgerEntry>(entries[4..], _ledger.ReadEntries(4));
        Assert.Empty(_ledger.ReadEntries(ulong.MaxValue));
    }

    [Fact]
    public void A_replay_names_the_first_entry_that_was_tampered_with()
    {
        ImmutableArray<LedgerEntry> entries = Story();
        for (int i = 0; i < entries.Length; i++)
        {
            LedgerEntry entry = entries[i];
            AssertBad(entries.SetItem(i, entry with { Sequence = entry.Sequence + 1 }), i, LedgerReplayFault.WrongSequence);
            AssertBad(entries.SetItem(i, entry with { Time = entry.Time + 1 }), i, LedgerReplayFault.WrongHash);
            AssertBad(entries.SetItem(i, entry with { Hash = default }), i, LedgerReplayFault.WrongHash);
            AssertBad(entries.SetItem(i, entry with { Command = new Deposit(_node, new Amount(1)) }), i, LedgerReplayFault.WrongHash);
            CommandAuthorization? other = entry.Authorization is null ? new CommandAuthorization(_provider.PublicKey, OpaqueBytes.Empty) : null;
            AssertBad(entries.SetItem(i, entry with { Authorization = other }), i, LedgerReplayFault.WrongAuthorization);
            AssertBad(entries.Insert(i, entry), i + 1, LedgerReplayFault.WrongSequence);
            if (i + 1 < entries.Length)
            {
                AssertBad(entries.RemoveAt(i), i, LedgerReplayFault.WrongSequence);
                AssertBad(entries.SetItem(i, entries[i + 1]).SetItem(i + 1, entry), i, LedgerReplayFault.WrongSequence);
            }
        }

        // A tail that is cut off is a good ledger of another time: only the head tells.
        LedgerReplayResult cut = LedgerReplay.Verify(_ledgerId, entries[..^1], SignatureSchemes.Default);
        Assert.True(cut.IsValid);
        Assert.False(cut.IsAt(_ledger.SignHead().Body));
        Assert.Equal(1UL, LedgerReplay.Verify(_node, entries, SignatureSchemes.Default).FirstBadEntry);
    }

    [Fact]
    public void A_replay_refuses_what_the_rules_refuse_even_in_a_good_chain()
    {
        ImmutableArray<LedgerEntry> entries = Story();
        LedgerCommand theft = new Withdraw(_requester, new Amount(ulong.MaxValue));
        ulong sequence = entries[^1].Sequence + 1;
        LedgerEntry forged = new(sequence, 300, theft, null, LedgerChain.Next(entries[^1].Hash, sequence, 300, theft));
        LedgerReplayResult replay = LedgerReplay.Verify(_ledgerId, entries.Add(forged), SignatureSchemes.Default);
        Assert.Equal((LedgerReplayFault.CommandRefused, LedgerRefusal.InsufficientBalance, sequence), (replay.Fault, replay.Refusal, replay.FirstBadEntry!.Value));

        // An operator cannot accept in a provider's name either.
        AcceptTask accept = new(LedgerWorld.Task(9), _node);
        LedgerEntry unsigned = new(sequence, 300, accept, null, LedgerChain.Next(entries[^1].Hash, sequence, 300, accept));
        Assert.Equal(LedgerReplayFault.WrongAuthorization, LedgerReplay.Verify(_ledgerId, entries.Add(unsigned), SignatureSchemes.Default).Fault);
    }

    private static void AssertBad(ImmutableArray<LedgerEntry> entries, int index, LedgerReplayFault fault)
    {
        LedgerReplayResult replay = LedgerReplay.Verify(_ledgerId, entries, SignatureSchemes.Default);
        Assert.Equal((fault, (ulong)index + 1), (replay.Fault, replay.FirstBadEntry!.Value));
        Assert.False(replay.IsValid);
    }

    private static ClaimCommitment Claim(int number) => new(_ledgerId, _task, _node, LedgerWorld.Claim(number));

    private ImmutableArray<LedgerEntry> Story()
    {
        Assert.Equal(LedgerRefusal.None, _ledger.Accept(_provider.Sign(new TaskAcceptance(_ledgerId, _task, _node))));
        _clock.Milliseconds = 60;
        Assert.Equal(LedgerRefusal.None, _ledger.Post(_provider.Sign(Claim(1))));
        Apply(new Settle(
            [new TaskSettlement(_task, SettlementCause.Served, LedgerWorld.Secret(_task)) { Claim = LedgerWorld.Claim(1) }],
            [new Transfer(_task, TransferSource.Escrow, _node, new Amount(20), TransferPurpose.Reward)]));
        return _ledger.ReadEntries();
    }

    private void Apply(LedgerCommand command) => Assert.Equal(LedgerRefusal.None, _ledger.Append(command, null));

    private sealed class ManualClock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);
    }
}
