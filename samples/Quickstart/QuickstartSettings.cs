namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>What the command line asks for.</summary>
internal sealed record QuickstartSettings
{
    public required ulong Seed { get; init; }

    /// <summary>Gets what the cheats do: the name of a kind, <see cref="Cast.Mix"/> or <see cref="Cast.None"/>.</summary>
    public required string Cheater { get; init; }

    public required string Keys { get; init; }

    public required int Images { get; init; }

    public required string OutputFolder { get; init; }
}
