using System.Numerics;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Tests.Storage;

namespace Verifiable.Inference.Tests.Settlement;

/// <summary>A ledger over any store does what the plain model does, also where it is stopped and opened again at any time.</summary>
public abstract class LedgerConformance(StoreCase kind) : IDisposable
{
    private const int Commands = 100_000;

    private static readonly EcdsaP256Signer _operator = EcdsaP256Signer.FromSeed("operator"u8);

    public void Dispose()
    {
        kind.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_hundred_thousand_random_commands_with_restarts_snapshots_and_clock_jumps_agree_with_the_plain_model()
    {
        LedgerWorld world = new(20);
        LedgerModel model = new();
        LedgerClock clock = new() { Milliseconds = 1000 };
        RecordStore store = kind.Open(_operator.PublicKey.Id.Value);
        InferenceLedger ledger = Open(store, clock);
        LedgerState plain = LedgerState.Empty;
        Queue<LedgerCommand> funding = new(LedgerWorld.Funding());
        int done = 0;
        int given = 0;
        while (given < Commands)
        {
            // One wait for the disk for many commands.
            using (RecordGroup group = store.BeginGroup())
            {
                for (int i = 0; i < 100 && given < Commands; i++, given++)
                {
                    clock.Milliseconds += world.Next(400) switch { 0 => world.Next(90_000_000), 1 => -world.Next(90_000_000), _ => world.Next(3) / 2 };
                    long now = Math.Max(clock.Milliseconds, plain.Time);
                    LedgerCommand command = funding.TryDequeue(out LedgerCommand? fund) ? fund : world.NextCommand(plain, now);

                    // After the largest deposit no other fits: not before the end.
                    command = command is Deposit { Amount.Units: > 10_000 } large && given < Commands * 9 / 10 ? large with { Amount = new Amount(900) } : command;
                    LedgerRefusal expected = plain.Apply(command, now, out plain);
                    bool isDone = model.Apply(command, now);
                    ulong before = ledger.Sequence;
                    LedgerRefusal refusal = ledger.Append(command, null);

                    // A command that was done before is answered as it was then, and not done again.
                    Assert.True(refusal == expected || (refusal == LedgerRefusal.None && ledger.Sequence == before), $"{given}: {command}: {expected}, {refusal}");
                    Assert.Equal(isDone, expected == LedgerRefusal.None);
                    Assert.Equal(isDone ? before + 1 : before, ledger.Sequence);
                    Assert.True(ledger.State.Totals.IsConserved);
                    Assert.Equal(-model["world"], model.Held);
                    done += isDone ? 1 : 0;
                }

                group.Complete();
            }

            store.Commit(store.Tip.Sequence);
            if (world.Next(10) == 0)
            {
                LedgerModelTests.AssertSame(model, ledger.State);
                LedgerModelTests.AssertConserved(ledger.State);
                LedgerBooksTests.AssertSame(plain, ledger.State);
            }

            if (world.Next(40) == 0)
            {
                ledger.WriteSnapshot();
                _ = world.Next(2) == 0 ? store.Free(ulong.MaxValue) : 0;
            }

            if (world.Next(25) == 0)
            {
                var head = ledger.SignHead();
                store = kind.Reopen(store);
                ledger = Open(store, clock, new LedgerOptions { KnownHead = head });
                Assert.Equal(head.Body, ledger.SignHead().Body);
                LedgerBooksTests.AssertSame(plain, ledger.State);
            }
        }

        LedgerModelTests.AssertSame(model, ledger.State);
        Assert.True(done > Commands / 5, $"{done}");
        Assert.Equal(BigInteger.Zero, model.Held + model["world"]);
        store.Dispose();
    }

    [Fact]
    public void Entries_of_a_ledger_that_was_opened_again_replay_to_its_head()
    {
        LedgerClock clock = new() { Milliseconds = 5 };
        RecordStore store = kind.Open(_operator.PublicKey.Id.Value);
        InferenceLedger ledger = Open(store, clock);
        foreach (LedgerCommand command in LedgerWorld.Funding())
        {
            Assert.Equal(LedgerRefusal.None, ledger.Apply(command));
            store.Commit(store.Append(9, "of another"u8));
        }

        store = kind.Reopen(store);
        ledger = Open(store, clock);
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(LedgerWorld.Node(1), new Amount(1))));
        LedgerReplayResult replay = LedgerReplay.Verify(ledger.Id, ledger.ReadEntries(), SignatureSchemes.Default);
        Assert.True(replay.IsAt(ledger.SignHead().Body));
        Assert.Equal([10UL, 11UL], ledger.ReadEntries(9).Select(entry => entry.Sequence));
        store.Dispose();
    }

    [Fact]
    public async Task Many_clients_at_once_are_each_answered_once_it_is_kept()
    {
        LedgerClock clock = new() { Milliseconds = 5 };
        RecordStore store = kind.Open(_operator.PublicKey.Id.Value);
        InferenceLedger ledger = Open(store, clock);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(client => Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                Once pay = new(LedgerWorld.Task((1000 * client) + i), 1000, new Deposit(LedgerWorld.Node(client % 5), new Amount(1)));
                Assert.Equal(LedgerRefusal.None, client % 2 == 0 ? ledger.Apply(pay) : await ledger.ApplyAsync(pay));
                Assert.Equal(LedgerRefusal.None, client % 2 == 1 ? ledger.Apply(pay) : await ledger.ApplyAsync(pay));
            }
        })));
        store = kind.Reopen(store);
        ledger = Open(store, clock);
        Assert.Equal(new Amount(800), ledger.State.Totals.Deposited);
        Assert.Equal(800UL, ledger.Sequence);
        store.Dispose();
    }

    private static InferenceLedger Open(RecordStore store, TimeProvider time, LedgerOptions? options = null) =>
        InferenceLedger.Open(store, _operator, SignatureSchemes.Default, time, options).GetLedger();
}
