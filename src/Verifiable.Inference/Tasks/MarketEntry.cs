using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tasks;

/// <summary>A command that a market did, as it is kept. Immutable.</summary>
/// <param name="Time">When it was done, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Command">What was done.</param>
/// <param name="Signer">The author's key, for commands that are somebody's word.</param>
/// <param name="Signature">The author's signature over the command; empty otherwise.</param>
public sealed record MarketEntry(long Time, MarketCommand Command, PublicKey? Signer, OpaqueBytes Signature) : ICanonical<MarketEntry>
{
    private const string Domain = "vinf/market-entry/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out MarketEntry? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        long time = reader.ReadInt64();
        MarketCommand? command = reader.Read<MarketCommand>();
        if (reader.Failed || command is null)
        {
            return false;
        }

        PublicKey? signer = command.NeedsSignature ? reader.Read<PublicKey>() : null;
        OpaqueBytes signature = command.NeedsSignature ? new OpaqueBytes(reader.ReadShortBytes()) : OpaqueBytes.Empty;
        value = reader.Failed ? null : new MarketEntry(time, command, signer, signature);
        return value is not null;
    }

    /// <summary>Tells whether the author signed, where the command is somebody's word.</summary>
    public bool IsAuthorized(SignatureSchemes schemes) =>
        Command.NeedsSignature ? Signer is not null && new Signed<MarketCommand>(Command, Signer, Signature).IsValidFrom(Command.Actor, schemes) : Signer is null;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The command needs a signature and there is none.</exception>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteInt64(Time);
        Command.WriteTo(ref writer);
        if (Command.NeedsSignature)
        {
            (Signer ?? throw new InvalidOperationException($"Expected a signature for {Command.Act}, got none.")).WriteTo(ref writer);
            writer.WriteShortBytes(Signature.Span);
        }
    }
}
