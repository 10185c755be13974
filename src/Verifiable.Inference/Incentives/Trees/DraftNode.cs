using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>A node while a tree is built; its children are numbered one after another from <see cref="FirstChild"/>.</summary>
internal sealed class DraftNode(int parent, int move)
{
    public int Parent { get; } = parent;

    public int Move { get; } = move;

    public GameNodeKind Kind { get; set; }

    public int Player { get; set; } = -1;

    public string SetName { get; set; } = string.Empty;

    public string SetKey { get; set; } = string.Empty;

    public ImmutableArray<string> Actions { get; set; } = [];

    public ImmutableArray<Rational> Probabilities { get; set; } = [];

    public int FirstChild { get; set; } = -1;

    public int Outcome { get; set; } = -1;
}
