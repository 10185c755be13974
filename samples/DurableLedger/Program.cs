using System.Diagnostics;
using System.Globalization;
using Verifiable.Inference;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;

// A ledger that is killed in the middle of its work, and loses nothing that it acknowledged.
//   DurableLedger [--folder FOLDER]       starts a ledger in a second process, kills it, opens it again, and compares; its journal is in a temporary folder that is removed, or in
//                                         FOLDER, which must not be there and stays
//   DurableLedger verify FOLDER LEDGER    checks a journal and reports the first bad record; LEDGER is the ledger's id, 64 hexadecimal digits
using EcdsaP256Signer theOperator = EcdsaP256Signer.FromSeed("sample operator"u8);
NodeId client = new(Digest.Of("client"u8));

switch (args)
{
    case []:
        return DemonstrateInTemporaryFolder();
    case ["--folder", string kept]:
        return Demonstrate(kept);
    case ["pay", string folder]:
        return Pay(folder);
    case ["verify", string folder, string ledger] when Digest.TryParse(ledger, out Digest id):
        return Verify(folder, new NodeId(id));
    default:
        Console.Error.WriteLine("usage: DurableLedger [--folder FOLDER] | DurableLedger verify FOLDER LEDGER");
        return 2;
}

int DemonstrateInTemporaryFolder()
{
    string parent = Directory.CreateTempSubdirectory("durable-ledger-").FullName;
    try
    {
        return Demonstrate(Path.Combine(parent, "journal"));
    }
    finally
    {
        Directory.Delete(parent, recursive: true);
    }
}

int Demonstrate(string folder)
{
    if (Directory.Exists(folder))
    {
        Console.Error.WriteLine($"There is a folder '{folder}' already.");
        return 2;
    }

    Console.WriteLine($"the journal is in {folder}");

    long acknowledged = 0;
    ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
    if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
    {
        start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
    }

    start.ArgumentList.Add("pay");
    start.ArgumentList.Add(folder);
    using (Process child = Process.Start(start)!)
    {
        while (acknowledged < 500 && child.StandardOutput.ReadLine() is { } line)
        {
            acknowledged = long.Parse(line, CultureInfo.InvariantCulture);
        }

        // Two writers would be one too many.
        JournalOpening second = Journal.Open(folder, LedgerJournal.OptionsFor(theOperator.PublicKey.Id));
        Console.WriteLine($"while it runs, a second writer is refused: {second.Report.Refusal}");
        child.Kill();
        while (child.StandardOutput.ReadLine() is { } line)
        {
            // What it had said before it died counts too.
            acknowledged = long.TryParse(line, CultureInfo.InvariantCulture, out long last) ? last : acknowledged;
        }

        child.WaitForExit();
    }

    JournalOpening opening = Journal.Open(folder, LedgerJournal.OptionsFor(theOperator.PublicKey.Id));
    using Journal journal = opening.GetJournal();
    InferenceLedger ledger = InferenceLedger.Open(journal, theOperator, SignatureSchemes.Default, TimeProvider.System).GetLedger();
    ulong kept = ledger.BalanceOf(client).Units;
    Console.WriteLine("killed, and opened again");
    Console.WriteLine($"every acknowledged payment is there: {kept >= (ulong)acknowledged}");

    // The client does not know whether the last one was done, and sends it again.
    Console.WriteLine($"a payment that was done is answered {ledger.Apply(Payment((long)kept))} when it is sent again");
    Console.WriteLine($"and not done twice: {ledger.BalanceOf(client).Units == kept}");
    return kept >= (ulong)acknowledged && Verify(folder, ledger.Id) == 0 ? 0 : 1;
}

int Pay(string folder)
{
    using Journal journal = Journal.Open(folder, LedgerJournal.OptionsFor(theOperator.PublicKey.Id)).GetJournal();
    InferenceLedger ledger = InferenceLedger.Open(journal, theOperator, SignatureSchemes.Default, TimeProvider.System).GetLedger();
    for (long number = 1; ; number++)
    {
        if (ledger.Apply(Payment(number)) != LedgerRefusal.None)
        {
            return 1;
        }

        Console.WriteLine(number.ToString(CultureInfo.InvariantCulture));
    }
}

// One unit for each payment, so that the balance is the number of payments. The id is the client's own; the expiry is the same when it is sent again.
Once Payment(long number) => new(
    Digest.Of(BitConverter.GetBytes(number)),
    new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero).AddDays(2).ToUnixTimeMilliseconds(),
    new Deposit(client, new Amount(1)));

int Verify(string folder, NodeId ledger)
{
    LedgerJournalReport report = LedgerJournal.Verify(folder, ledger, SignatureSchemes.Default);
    Console.WriteLine(report.IsGood
        ? $"good: {(report.State.Totals.IsConserved ? "money is conserved" : "money is not conserved")}"
        : $"bad: {report.Journal.Refusal} {report.Opening.Refusal} {report.Opening.Fault} {report.Opening.CommandRefusal}, first bad record {report.BadRecord?.ToString(CultureInfo.InvariantCulture) ?? "-"}");
    return report.IsGood ? 0 : 1;
}
