namespace Verifiable.Inference.Commitments;

/// <summary>Commits to a value before it is shown, so that nobody can copy it from who shows first.</summary>
/// <remarks>The commitment is H(label ‖ ledger ‖ work ‖ provider ‖ salt ‖ value). Ledger, work and provider bind it to one occasion and one party: sent again
/// elsewhere or by somebody else it opens to nothing. It hides the value as long as the salt is 32 bytes of fresh randomness; without that a value that can be
/// guessed can be found.</remarks>
public static class CommitReveal
{
    private const string Domain = "vinf/commit-reveal/v1";

    /// <summary>Computes the commitment.</summary>
    /// <param name="ledger">The id of the ledger.</param>
    /// <param name="workId">The id of the work.</param>
    /// <param name="provider">The id of who commits.</param>
    /// <param name="salt">Fresh randomness, secret until the reveal.</param>
    /// <param name="value">The digest committed to.</param>
    public static Digest Commit(Digest ledger, Digest workId, Digest provider, Digest salt, Digest value)
    {
        CanonicalWriter writer = new(stackalloc byte[256]);
        writer.WriteDomain(Domain);
        writer.WriteDigest(ledger);
        writer.WriteDigest(workId);
        writer.WriteDigest(provider);
        writer.WriteDigest(salt);
        writer.WriteDigest(value);
        Digest commitment = writer.ToDigest();
        writer.Dispose();
        return commitment;
    }

    /// <summary>Tells whether salt and value open the commitment on this occasion.</summary>
    public static bool Opens(Digest commitment, Digest ledger, Digest workId, Digest provider, Digest salt, Digest value) =>
        Commit(ledger, workId, provider, salt, value) == commitment;
}
