namespace Verifiable.Inference.GameCases;

/// <summary>Every kind of file that the command knows. A new kind is one line here.</summary>
internal static class CaseReaders
{
    internal static IReadOnlyList<ICaseReader> All { get; } =
    [
        new BimatrixCases(),
        new MultiplayerCases(),
        new CheckerCases(),
        new LogitCases(),
        new InspectionCases(),
        new MixedCases(),
        new ProtocolVerdictCases(),
        new ProtocolTreeCases(),
        new SequenceFormCases(),
    ];
}
