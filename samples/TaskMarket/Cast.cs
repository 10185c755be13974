using Verifiable.Inference.Providers.Misbehavior;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>Who takes part, in every scenario the same: twenty providers with equal stakes.</summary>
internal static class Cast
{
    public static Role[] Roles { get; } =
    [
        .. Enumerable.Repeat(Role.Honest, 14), .. Enumerable.Repeat(Role.Lazy, 2), .. Enumerable.Repeat(Role.Colluding, 2), Role.Silent, Role.Late,
    ];

    public static bool IsCheat(Role role) => role is Role.Lazy or Role.Colluding;

    public static CheatKind KindOf(Role role) => role switch
    {
        Role.Lazy => CheatKind.SkippedLayer,
        Role.Colluding => CheatKind.CheaperModel,
        Role.Silent => CheatKind.Silence,
        Role.Late => CheatKind.SlowAnswer,
        _ => CheatKind.None,
    };
}
