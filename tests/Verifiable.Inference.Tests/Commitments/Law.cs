using FsCheck;
using FsCheck.Fluent;

namespace Verifiable.Inference.Tests.Commitments;

/// <summary>Checks laws with FsCheck from a fixed seed, so that a failure is seen by everybody.</summary>
internal static class Law
{
    public static void Holds<T>(Func<T, bool> law) => Prop.ForAll(law).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(77UL, 5UL));
}
