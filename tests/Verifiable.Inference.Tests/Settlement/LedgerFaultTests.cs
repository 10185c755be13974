using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Tests.Storage;

namespace Verifiable.Inference.Tests.Settlement;

/// <summary>Stops a ledger at every operation on its disk in turn, in every way, and opens it again.</summary>
public sealed class LedgerFaultTests
{
    private static readonly EcdsaP256Signer _operator = EcdsaP256Signer.FromSeed("operator"u8);
    private static readonly JournalOptions _options = new() { Identity = _operator.PublicKey.Id.Value, SegmentBytes = 4096, MaxRecordBytes = 2 << 20, DropsUnprovenTail = true };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(4, 3)]
    public void Nothing_acknowledged_and_no_signed_head_is_lost_whatever_fails_and_money_is_conserved(int faultNumber, int restartNumber)
    {
        FaultyFolder whole = new();
        Run(whole, out _);
        Assert.True(whole.Operations > 100);
        for (int at = 0; at < whole.Operations; at++)
        {
            FaultyFolder folder = new() { FailAt = at, Fault = (FaultKind)faultNumber };
            Story story = Run(folder, out bool isFinished);
            Assert.True(folder.Failed);

            FaultyFolder after = folder.Restart((RestartKind)restartNumber, new Random(at));
            using Journal journal = Journal.Open(after, _options).GetJournal();
            LedgerOpening opening = InferenceLedger.Open(journal, _operator, SignatureSchemes.Default, story.Clock, new LedgerOptions { KnownHead = story.Head, VerifiesSignatures = false });
            Assert.True(opening.Refusal == LedgerOpeningRefusal.None, $"{at}: {opening}");
            InferenceLedger ledger = opening.GetLedger();
            int sequence = (int)ledger.Sequence;
            Assert.InRange(sequence, story.Acknowledged, story.States.Count - 1);
            LedgerBooksTests.AssertSame(story.States[sequence], ledger.State);
            LedgerModelTests.AssertConserved(ledger.State);

            // The client had no answer: it sends the command again, and it is done once.
            if (story.Unanswered is { } unanswered)
            {
                Assert.Equal(LedgerRefusal.None, ledger.Append(unanswered, null));
                Assert.Equal(story.States[story.Acknowledged + 1].Totals, ledger.State.Totals);
            }

            Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(LedgerWorld.Node(1), new Amount(1))));
        }
    }

    // Commands that each have an id of their own, so that each can be sent again.
    private static Story Run(FaultyFolder folder, out bool isFinished)
    {
        Story story = new();
        LedgerWorld world = new(31);
        int given = 0;
        try
        {
            for (int session = 0; session < 3; session++)
            {
                using Journal journal = Journal.Open(folder, _options).GetJournal();
                InferenceLedger ledger = InferenceLedger.Open(journal, _operator, SignatureSchemes.Default, story.Clock).GetLedger();
                for (int i = 0; i < 15; i++)
                {
                    story.Clock.Milliseconds += 1;
                    LedgerCommand command = Next(world, story, given++);
                    if (story.States[^1].Apply(command, story.Clock.Milliseconds, out LedgerState next) != LedgerRefusal.None)
                    {
                        continue;
                    }

                    story.Unanswered = command;
                    story.States.Add(next);
                    LedgerRefusal refusal = ledger.Append(command, null);
                    if (refusal == LedgerRefusal.StoreFailed)
                    {
                        Assert.Equal(LedgerRefusal.StoreFailed, ledger.Append(command, null));
                        Assert.Throws<StoreException>(() => ledger.State);
                        isFinished = false;
                        return story;
                    }

                    Assert.Equal(LedgerRefusal.None, refusal);
                    (story.Unanswered, story.Acknowledged) = (null, story.States.Count - 1);
                    if (i % 5 == 2)
                    {
                        story.Head = ledger.SignHead();
                    }

                    if (i % 7 == 6)
                    {
                        ledger.WriteSnapshot();
                        _ = journal.Free(ulong.MaxValue);
                    }
                }
            }

            isFinished = true;
        }
        catch (IOException)
        {
            isFinished = false;
        }

        return story;
    }

    private static LedgerCommand Next(LedgerWorld world, Story story, int number)
    {
        NodeId node = LedgerWorld.Nodes[number % 5];
        LedgerState state = story.States[^1];
        TaskRecord? open = state.Tasks.Values.FirstOrDefault(task => task.State == TaskState.Open);
        long now = story.Clock.Milliseconds;
        return (number % 6) switch
        {
            0 or 1 => new Once(LedgerWorld.Claim(number), now + 1000, new Deposit(node, new Amount((ulong)world.Next(50) + 10))),
            2 => new Once(LedgerWorld.Claim(number), now + 1000, new Bond(LedgerWorld.Nodes[(number - 1) % 5], new Amount(5))),
            3 => LedgerWorld.Open(LedgerWorld.Task(number), LedgerWorld.Nodes[(number - 3) % 5], LedgerWorld.Nodes[(number - 2) % 5], 4, 2, 3, now + 50, now + 100),
            4 when open is not null => new AcceptTask(open.Task, open.Provider),
            _ => new LockCollateral(LedgerWorld.Claim(1000 + number), node, new Amount(1), now + 40),
        };
    }

    private sealed class Story
    {
        public LedgerClock Clock { get; } = new() { Milliseconds = 10 };

        public List<LedgerState> States { get; } = [LedgerState.Empty];

        public int Acknowledged { get; set; }

        public LedgerCommand? Unanswered { get; set; }

        public Signed<LedgerHead>? Head { get; set; }
    }
}
