using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Holds the nodes that a player cannot tell apart, and what can be done at each of them. Made by <see cref="ExtensiveGame"/> only; immutable.</summary>
public sealed class InformationSet
{
    internal InformationSet(int index, int player, string name, ImmutableArray<string> actions, ImmutableArray<int> nodes)
    {
        Index = index;
        Player = player;
        Name = name;
        Actions = actions;
        Nodes = nodes;
    }

    /// <summary>Gets the set's place in <see cref="ExtensiveGame.InformationSets"/>.</summary>
    public int Index { get; }

    /// <summary>Gets the place of the player that moves.</summary>
    public int Player { get; }

    /// <summary>Gets the name; games read from files may use one name for several sets.</summary>
    public string Name { get; }

    /// <summary>Gets the names of the actions, distinct, at least one.</summary>
    public ImmutableArray<string> Actions { get; }

    /// <summary>Gets the nodes in preorder, at least one.</summary>
    public ImmutableArray<int> Nodes { get; }
}
