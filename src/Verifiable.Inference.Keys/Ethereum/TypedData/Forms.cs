using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Keys.Ethereum.TypedData;

/// <summary>
/// Our artifacts as forms. The last member of each, <c>body</c>, is the artifact's own digest: SHA-256 of its canonical encoding, domain label included, as every other
/// part of the library names it. So a form's digest binds every byte of the artifact, those that the form does not show as well; and a contract that is given the
/// canonical bytes compares their SHA-256 with <c>body</c>.
/// </summary>
internal static class Forms
{
    private static readonly FormType _setting = new("Setting", "string name,string value");

    private static readonly FormType _profile = new("NumericProfile", "string engine,string precision,string comparison");

    private static readonly FormType _work = new(
        "WorkDescription", "bytes32 modelId,bytes32 inputs,uint64 seed,Setting[] settings,NumericProfile profile,bytes32 body", _setting, _profile);

    private static readonly FormType _request = new(
        "InferenceRequest",
        "bytes32 ledger,bytes32 requester,WorkDescription work,string strategy,bytes terms,bytes32 auditCommitment,bytes32 stakesRoot,bytes32 nonce,int64 deadline,bytes32 body",
        _work,
        _setting,
        _profile);

    private static readonly FormType _commitment = new("ClaimCommitment", "bytes32 ledger,bytes32 task,bytes32 provider,bytes32 claim,bytes32 body");

    private static readonly FormType _head = new("LedgerHead", "bytes32 ledger,uint64 sequence,bytes32 hash,bytes32 stakesRoot,int64 time,bytes32 body");

    private static readonly FormType _evidence = new("Evidence", "string kind,bytes32 content");

    private static readonly FormType _claim = new(
        "InferenceClaim",
        "bytes32 ledger,bytes32 task,bytes32 workId,bytes32 modelId,NumericProfile profile,bytes32 outputs,bytes32[] trace,bytes32 provider,bytes32 salt,Evidence[] evidence,bytes32 body",
        _evidence,
        _profile);

    private static readonly FormType _verdict = new("Verdict", "uint8 kind,uint8 reason,bytes8 distance,bytes8 limit");

    private static readonly FormType _receipt = new(
        "Receipt",
        "InferenceRequest request,bytes32 evidence,Verdict verdict,bytes32 hashBeforeSettlement,LedgerHead closingHead,bytes32 body",
        _request,
        _work,
        _setting,
        _profile,
        _verdict,
        _head);

    /// <summary>Makes the form of a request.</summary>
    public static Form Of(InferenceRequest request, Digest body) => new(
        _request, request.Ledger.Value, request.Requester.Value, Of(request.Work), request.Strategy, request.Terms, request.AuditCommitment, request.StakesRoot, request.Nonce,
        request.Deadline, body);

    /// <summary>Makes the form of what a provider signs and posts.</summary>
    public static Form Of(ClaimCommitment commitment, Digest body) =>
        new(_commitment, commitment.Ledger.Value, commitment.Task, commitment.Provider.Value, commitment.Claim, body);

    /// <summary>Makes the form of where a ledger stands.</summary>
    public static Form Of(LedgerHead head, Digest body) => new(_head, head.Ledger.Value, head.Sequence, head.Hash, head.StakesRoot, head.Time, body);

    /// <summary>Makes the form of a claim's body. <c>trace</c> has one element, or none where the claim has no trace; the content of evidence is its SHA-256 digest.</summary>
    public static Form Of(InferenceClaim claim) => new(
        _claim, claim.Ledger.Value, claim.Task, claim.WorkId, claim.ModelId, Of(claim.Profile), claim.Outputs.ToDigest(), claim.Trace is { } trace ? new Digest[] { trace } : [],
        claim.Provider.Value, claim.Salt, claim.Evidence.Select(static item => new Form(_evidence, item.Kind, Digest.Of(item.Content.Span))).ToArray(), claim.Digest);

    /// <summary>Makes the form of a receipt's body. <c>evidence</c> is the digest of the case's body, which the ledger's entry of the settlement binds.</summary>
    public static Form Of(Receipt receipt) => new(
        _receipt, Of(receipt.Request, receipt.Request.Digest), receipt.Case.BodyDigest, Of(receipt.Verdict), receipt.HashBeforeSettlement, Of(receipt.ClosingHead, receipt.ClosingHead.ToDigest()), receipt.BodyDigest);

    private static Form Of(WorkDescription work) => new(
        _work, work.ModelId, work.Inputs.ToDigest(), work.Options.Seed, work.Options.Settings.Select(static setting => new Form(_setting, setting.Key, setting.Value)).ToArray(),
        Of(work.Profile), work.Id);

    private static Form Of(NumericProfile profile) => new(_profile, profile.Engine, profile.Precision, profile.Comparison);

    // A NaN has one encoding in our canonical bytes, and the same here.
    private static Form Of(Verdict verdict) => new(_verdict, (byte)verdict.Kind, (byte)verdict.Reason, Canonical(verdict.Distance), Canonical(verdict.Limit));

    private static double Canonical(double value) => double.IsNaN(value) ? BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000) : value;
}
