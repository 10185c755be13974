using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Duplication;

/// <summary>Draws canaries: orders of the kind that the application sends anyway. Implementations are safe to call from several threads at once.</summary>
public interface ICanarySource
{
    /// <summary>Draws one, anew each time: model, options, profile and inputs distributed as those of real orders, for instance past inputs mixed again or changed a little. A provider that can tell
    /// what is drawn here from real orders answers these honestly and cheats on the rest.</summary>
    /// <param name="randomness">The randomness to draw with.</param>
    InferenceOrder Draw(IRandomSource randomness);
}
