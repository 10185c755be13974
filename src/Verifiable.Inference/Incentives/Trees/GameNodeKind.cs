namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Names what happens at a node of a tree. The default is nothing.</summary>
public enum GameNodeKind
{
    /// <summary>Nothing is named.</summary>
    None = 0,

    /// <summary>The game ends.</summary>
    Terminal,

    /// <summary>A player moves.</summary>
    Decision,

    /// <summary>Chance moves, with stated probabilities.</summary>
    Chance,
}
