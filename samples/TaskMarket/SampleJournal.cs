using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Strategies;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>Opens what a scenario keeps.</summary>
internal static class SampleJournal
{
    public static Journal Open(string folder, ulong seed)
    {
        JournalOpening opening = Journal.Open(folder, new JournalOptions
        {
            Identity = Scenario.Operator(seed).PublicKey.Id.Value,

            // A killed process loses nothing that was handed to the operating system; against a power cut the default waits for the disk at each commit.
            Fsync = FsyncPolicy.Interval,
        });
        return opening.Journal ?? throw new InvalidOperationException($"Expected a good journal in '{folder}', got {opening.Report}.");
    }

    public static InferenceLedger OpenLedger(RecordStore store, ISigner operatorSigner, TimeProvider time, VerificationStrategy strategy) =>
        InferenceLedger.Open(store, operatorSigner, SignatureSchemes.Default, time, options: null, strategy).GetLedger();
}
