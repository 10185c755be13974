using System.Diagnostics;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.LedgerSpeed;

/// <summary>What is measured. Rates of what runs on one thread are the best of several rounds: others have the machine too.</summary>
internal static class Measures
{
    private const int Rounds = 12;
    private const int RoundCommands = 100_000;
    private const int Clients = 4000;
    private const int Events = 1_000_000;

    private static readonly EcdsaP256Signer _operator = EcdsaP256Signer.FromSeed("operator"u8);
    private static readonly NodeId _id = _operator.PublicKey.Id;

    public static Row PlainState()
    {
        TaskLives lives = new();
        LedgerState state = LedgerState.Empty;
        foreach (LedgerCommand command in TaskLives.Funding)
        {
            Check(state.Apply(command, lives.Now, out state));
        }

        return new Row("ledger/plain-state", Best(lives, 10, (command, now) => state.Apply(command, now, out state)), null, "commands/s", "the plain, immutable form of the rules");
    }

    public static Row Books()
    {
        TaskLives lives = new();
        LedgerBooks books = new(LedgerState.Empty);
        foreach (LedgerCommand command in TaskLives.Funding)
        {
            Check(books.Apply(command, lives.Now));
        }

        return new Row("ledger/state-machine", Best(lives, 1, books.Apply), 1e6, "commands/s", "open, accept, claim, settle in the working form; no signatures, no hashes but the secrets'");
    }

    public static Row InMemory()
    {
        TaskLives lives = new();
        LedgerKeeper keeper = new(_id, new MemoryRecordStore(_id.Value));
        foreach (LedgerCommand command in TaskLives.Funding)
        {
            Check(keeper.Append(command, null, lives.Now));
        }

        return new Row("ledger/in-memory", Best(lives, 1, (command, now) => keeper.Append(command, null, now)), 1e6, "commands/s", "the same with the chain of hashes, encoded and kept in memory; no signatures");
    }

    public static Row Fsync(string folder)
    {
        const int Writes = 200;
        byte[] page = new byte[4096];
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(Path.Combine(folder, "fsync"), FileMode.Create, FileAccess.ReadWrite);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Writes; i++)
        {
            RandomAccess.Write(file, page, (long)i * page.Length);
            RandomAccess.FlushToDisk(file);
        }

        return new Row("disk/fsync", Writes / Stopwatch.GetElapsedTime(start).TotalSeconds, null, "fsyncs/s", "4 KiB appended and flushed, one after the other");
    }

    public static Row Durable(string folder)
    {
        const int Each = 50;
        using Journal journal = Journal.Open(Path.Combine(folder, "durable"), new JournalOptions { Identity = _id.Value }).GetJournal();
        InferenceLedger ledger = InferenceLedger.Open(journal, _operator, SignatureSchemes.Default, TimeProvider.System).GetLedger();
        long expiry = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 600_000;
        Task Run(int round, int each) => Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            byte[] id = new byte[16];
            for (int i = 0; i < each; i++)
            {
                BitConverter.TryWriteBytes(id, (((long)round * Clients) + client) * Each + i);
                Check(await ledger.ApplyAsync(new Once(Digest.Of(id), expiry, new Deposit(new NodeId(Digest.Of(BitConverter.GetBytes(client % 1000))), new Amount(1)))).ConfigureAwait(false));
            }
        })));
        Run(1, 5).Wait();
        long start = Stopwatch.GetTimestamp();
        Run(0, Each).Wait();
        double rate = Clients * Each / Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Row("ledger/durable", rate, 20_000, "commands/s", $"{Clients} clients, each waits for its payment under an id to be on disk before it sends the next");
    }

    public static Row Replay(string folder)
    {
        string path = Path.Combine(folder, "replay");
        JournalOptions options = new() { Identity = _id.Value };
        Digest hash;
        using (Journal journal = Journal.Open(path, options).GetJournal())
        {
            TaskLives lives = new();
            LedgerKeeper keeper = new(_id, journal);
            foreach (LedgerCommand command in TaskLives.Funding.Concat(Enumerable.Range(0, Events / 1000).SelectMany(_ => lives.Next(1000))).Take(Events))
            {
                Check(keeper.Append(command, null, lives.Now));
            }

            journal.MakeDurable(keeper.LastRecord);
            hash = keeper.Hash;
        }

        long start = Stopwatch.GetTimestamp();
        using Journal again = Journal.Open(path, options).GetJournal();

        InferenceLedger ledger = InferenceLedger.Open(again, _operator, SignatureSchemes.Default, TimeProvider.System).GetLedger();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return ledger.Sequence == Events && ledger.SignHead().Body.Hash == hash
            ? new Row("ledger/replay", seconds, 3, "s", $"{Events:N0} events from the journal: records and chain hashed, every rule applied, no signatures")
            : throw new InvalidOperationException("The replay went elsewhere.");
    }

    private static double Best(TaskLives lives, int less, Func<LedgerCommand, long, LedgerRefusal> apply)
    {
        double best = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long now = lives.Now;
            LedgerCommand[] commands = lives.Next(RoundCommands / less);
            GC.Collect();
            long start = Stopwatch.GetTimestamp();
            foreach (LedgerCommand command in commands)
            {
                Check(apply(command, now));
            }

            best = Math.Max(best, commands.Length / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static void Check(LedgerRefusal refusal)
    {
        if (refusal != LedgerRefusal.None)
        {
            throw new InvalidOperationException($"A command was refused: {refusal}.");
        }
    }
}
