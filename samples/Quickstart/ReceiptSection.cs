using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Writes one receipt to a file, reads it back as a stranger would, and shows that tampered copies are refused.</summary>
internal static class ReceiptSection
{
    private const string FileName = "quickstart-receipt";

    /// <returns>Whether the receipt read from the file is valid and every tampered copy was refused.</returns>
    public static (bool IsValid, bool AreTamperedRefused) Print(Page page, Experiment experiment, string folder)
    {
        page.Heading("The receipts");
        Request[] withReceipt = [.. experiment.Requests.Where(static request => request.Receipt is not null)];
        CanonicalWriter all = new(stackalloc byte[256]);
        foreach (Request request in withReceipt)
        {
            all.WriteDigest(request.Receipt!.BodyDigest);
        }

        page.Line($"  digest of {withReceipt.Length} bodies:  {all.ToDigest()}");
        all.Dispose();
        if (Choose(experiment, withReceipt) is not { } chosen)
        {
            page.Line("  no request was accepted by anybody, so there is none");
            return (false, false);
        }

        SamplingStrategy strategy = experiment.Network.Strategy;
        SignatureSchemes schemes = experiment.Network.Schemes;
        string path = Path.Combine(folder, $"{FileName}.bin");
        byte[] bytes = chosen.Receipt!.ToBytes();
        File.WriteAllBytes(path, bytes);
        using (FileStream json = File.Create(Path.Combine(folder, $"{FileName}.json")))
        {
            ReceiptJson.Write(chosen.Receipt!, json, strategy);
        }

        page.Line($"  {FileName}.bin ({bytes.Length} bytes; .json for people): image {chosen.Index}, {chosen.Receipt!.Verdict.Kind}, {chosen.Receipt!.Verdict.Reason}");
        page.Line($"  body digest:          {chosen.Receipt!.BodyDigest}");

        bool read = Canonical.TryRead(File.ReadAllBytes(path), out Receipt? again);
        ReceiptCheck? check = read ? strategy.Check(again!, schemes) : null;
        page.Heading($"The receipt read back from its file: {(check?.IsValid == true ? "valid" : "NOT VALID")}");
        foreach (ReceiptField field in check?.Fields ?? [])
        {
            page.Line($"  {field.Status.ToString().ToLowerInvariant(),-9} {field.Name,-13} {field.Note}", indent: 26);
        }

        page.Heading("Tampered copies of it");
        bool refused = true;
        foreach ((string what, byte[] copy) in Tamper(chosen.Receipt!, bytes))
        {
            ReceiptField? reason = Canonical.TryRead(copy, out Receipt? forged) ? strategy.Check(forged, schemes).Refuted : new ReceiptField("encoding", ReceiptFieldStatus.Refuted, "The bytes are no receipt.");
            refused &= reason is not null;
            page.Line($"  {what}: {(reason is null ? "ACCEPTED" : $"refused by '{reason.Name}'. {reason.Note}")}", indent: 4);
        }

        return (check?.IsValid == true, refused);
    }

    // The receipt with most to tell: an answer that was found wrong by a vote, else any conviction, else an audit.
    private static Request? Choose(Experiment experiment, Request[] requests) =>
        Conviction.In(experiment).Where(static conviction => conviction.Request.Receipt is not null)
            .OrderBy(static conviction => conviction.Request.Outcome.Verdict.Reason == VerdictReason.OutputMismatch ? 0 : conviction.Role == TaskRole.Asserter ? 1 : 2)
            .Select(static conviction => conviction.Request)
            .FirstOrDefault()
        ?? requests.FirstOrDefault(static request => request.Outcome.WasAudited)
        ?? requests.FirstOrDefault();

    private static IEnumerable<(string What, byte[] Copy)> Tamper(Receipt receipt, byte[] bytes)
    {
        Verdict better = receipt.Verdict.IsAccepted
            ? Verdict.Reject(VerdictReason.OutputMismatch)
            : new Verdict(VerdictKind.Accepted, VerdictReason.OutputsMatch, 0, 0);
        yield return ($"the verdict turned into {better.Kind}", (receipt with { Verdict = better }).ToBytes());

        OpaqueBytes record = FlipBit(receipt.Case.Record, receipt.Case.Record.Length / 2);
        yield return ("one bit of the record flipped", (receipt with { Case = receipt.Case with { Record = record } }).ToBytes());
        yield return ("one bit of the ledger's signature flipped", (receipt with { ClosingSignature = FlipBit(receipt.ClosingSignature, 0) }).ToBytes());
        yield return ("the last byte cut off", bytes[..^1]);
    }

    private static OpaqueBytes FlipBit(OpaqueBytes bytes, int index)
    {
        byte[] flipped = bytes.Span.ToArray();
        flipped[index] ^= 1;
        return new OpaqueBytes(flipped);
    }
}
