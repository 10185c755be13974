using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// The provider's signature on which an accepted task or a posted claim stands: with it the entry proves acceptance and claim to anybody. Immutable.
/// </summary>
/// <param name="Signer">The provider's key.</param>
/// <param name="Signature">The signature over the <see cref="TaskAcceptance"/> or <see cref="ClaimCommitment"/> that the command repeats.</param>
public sealed record CommandAuthorization(PublicKey Signer, OpaqueBytes Signature) : ICanonical<CommandAuthorization>
{
    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out CommandAuthorization? value)
    {
        value = null;
        PublicKey? signer = reader.Read<PublicKey>();
        ReadOnlySpan<byte> signature = reader.ReadShortBytes();
        if (reader.Failed || signer is null)
        {
            return false;
        }

        value = new CommandAuthorization(signer, new OpaqueBytes(signature));
        return true;
    }

    /// <summary>Tells whether this authorizes the command on the ledger; for a command that needs none, whether there is none.</summary>
    public static bool Authorizes(CommandAuthorization? authorization, LedgerCommand command, NodeId ledger, SignatureSchemes schemes)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(schemes);
        return command switch
        {
            AcceptTask accept => authorization is not null
                && new Signed<TaskAcceptance>(new TaskAcceptance(ledger, accept.Task, accept.Provider), authorization.Signer, authorization.Signature)
                    .IsValidFrom(accept.Provider, schemes),
            PostClaim post => authorization is not null
                && new Signed<ClaimCommitment>(new ClaimCommitment(ledger, post.Task, post.Provider, post.Claim), authorization.Signer, authorization.Signature)
                    .IsValidFrom(post.Provider, schemes),
            RevealClaim reveal => authorization is not null
                && new Signed<ClaimCommitment>(new ClaimCommitment(ledger, reveal.Task, reveal.Provider, reveal.Claim), authorization.Signer, authorization.Signature)
                    .IsValidFrom(reveal.Provider, schemes),
            _ => !command.NeedsAuthorization && authorization is null,
        };
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        Signer.WriteTo(ref writer);
        writer.WriteShortBytes(Signature.Span);
    }
}
