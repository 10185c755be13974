using System.Globalization;
using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;

namespace Dispute;

/// <summary>The court as a watcher's process meets it: a line out, a line in.</summary>
internal sealed class PipedVenue : IDisputeVenue
{
    // What the sample's court plays by; a watcher of others would ask.
    public DisputeTerms Terms => Stage.Terms;

    public async ValueTask<IReadOnlyList<DisputeTranscript>> ReadGamesAsync(Digest claim, CancellationToken cancellationToken = default)
    {
        string line = await AskAsync($"games {claim}", cancellationToken);
        return [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static word =>
            Canonical.TryRead(Convert.FromBase64String(word), out DisputeTranscript? game) ? game : throw new InvalidOperationException("Expected transcripts, got other bytes."))];
    }

    public async ValueTask<VenueClaim> FindClaimAsync(Digest claim, CancellationToken cancellationToken = default)
    {
        string[] words = (await AskAsync($"claim {claim}", cancellationToken)).Split(' ');
        return new VenueClaim(Enum.Parse<DocketClaimStatus>(words[0]), long.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture));
    }

    public async ValueTask<DisputeRefusal> PostAsync(DisputedClaim claim, CancellationToken cancellationToken = default) =>
        Enum.Parse<DisputeRefusal>(await AskAsync("post " + Convert.ToBase64String(claim.ToBytes()), cancellationToken));

    public async ValueTask<DisputeRefusal> CallTimeAsync(Digest game, CancellationToken cancellationToken = default) =>
        Enum.Parse<DisputeRefusal>(await AskAsync($"time {game}", cancellationToken));

    public async ValueTask<DisputeRefusal> FinishAsync(Digest claim, CancellationToken cancellationToken = default) =>
        Enum.Parse<DisputeRefusal>(await AskAsync($"finish {claim}", cancellationToken));

    public async ValueTask<DisputeRefusal> SendAsync(Signed<DisputeOpening> opening, CancellationToken cancellationToken = default) =>
        Enum.Parse<DisputeRefusal>(await AskAsync("open " + Convert.ToBase64String(opening.ToBytes()), cancellationToken));

    public async ValueTask<DisputeRefusal> SendAsync(Signed<DisputeMove> move, CancellationToken cancellationToken = default) =>
        Enum.Parse<DisputeRefusal>(await AskAsync("move " + Convert.ToBase64String(move.ToBytes()), cancellationToken));

    private static async ValueTask<string> AskAsync(string line, CancellationToken cancellationToken)
    {
        await Console.Out.WriteLineAsync(line.AsMemory(), cancellationToken);
        return await Console.In.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("Expected an answer of the court, got the end of the input.");
    }
}
