using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Says how far a check goes. Immutable.</summary>
public sealed record IncentiveCheckOptions
{
    /// <summary>Gets the options that are used where none are given.</summary>
    public static IncentiveCheckOptions Ordinary { get; } = new();

    /// <summary>Gets the size of the greatest coalition examined, at least 1; all but everybody when <see langword="null"/>, the default. Everybody together is never examined.</summary>
    public int? GreatestCoalition { get; init; }

    /// <summary>Gets the place of the user, from 0, among the players of the game: the coalition of everybody else is examined whatever its size. The default is nobody.</summary>
    public int? User { get; init; }

    /// <summary>Gets a value indicating whether the weakest precondition is worked out when a property fails. The default is no.</summary>
    public bool FindPrecondition { get; init; }

    /// <summary>Gets the limit of work. A step is one call of the simplex or one plan looked at.</summary>
    public WorkLimit Limit { get; init; }
}
