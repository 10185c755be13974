namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>A solution of a support's equations: a box in which it is the only one, and a small box in which it lies.</summary>
internal sealed record SupportRoot(Interval[][] Unique, Interval[][] Enclosure)
{
    /// <summary>Says whether a solution that is alone in another box is this one: when its small box lies in ours, or ours in the other.</summary>
    internal bool IsSame(Interval[][] unique, Interval[] image, SupportSystem system)
    {
        bool imageInOurs = true;
        bool oursInOther = true;
        for (int variable = 0; variable < image.Length; variable++)
        {
            (int player, int place) = system.Variables[variable];
            imageInOurs &= IsWithin(image[variable], Unique[player][place]);
            oursInOther &= IsWithin(Enclosure[player][place], unique[player][place]);
        }

        return imageInOurs || oursInOther;
    }

    private static bool IsWithin(Interval inner, Interval outer) => inner.Low >= outer.Low && inner.High <= outer.High;
}
