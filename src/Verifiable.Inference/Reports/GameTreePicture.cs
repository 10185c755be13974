using System.Globalization;
using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Reports;

/// <summary>
/// Draws a game tree from left to right: players' nodes as discs, chance as squares, information sets as dashed lines, payoffs at the ends; honest play bold and solid, a failing line of play
/// bold and dashed. The same tree gives the same bytes. Pure and thread-safe.
/// </summary>
public static class GameTreePicture
{
    /// <summary>The greatest number of nodes that is drawn, 400.</summary>
    public const int GreatestNodeCount = 400;

    private const double ColumnWidth = 150;
    private const double RowHeight = 26;
    private const double Margin = 40;
    private const double LeastWidth = 640;

    /// <summary>Draws a tree with payoffs as numbers.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="title">The title.</param>
    /// <param name="honest">The moves of honest play; none when <see langword="null"/>.</param>
    /// <param name="failing">The moves of a line of play that pays; none when <see langword="null"/>.</param>
    /// <returns>The picture as SVG.</returns>
    /// <exception cref="ArgumentException">The tree has more than <see cref="GreatestNodeCount"/> nodes.</exception>
    public static string Draw(ExtensiveGame tree, string title, IReadOnlyList<string>? honest = null, IReadOnlyList<string>? failing = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Draw(tree, title, end => string.Join(", ", Enumerable.Range(0, tree.Players.Length).Select(player => tree.PayoffOf(end, player))), honest, failing);
    }

    /// <summary>Draws a tree with the payoffs at the point of a counterexample, and its failing line.</summary>
    /// <param name="game">The game.</param>
    /// <param name="title">The title.</param>
    /// <param name="honest">The moves of honest play; none when <see langword="null"/>.</param>
    /// <param name="counterexample">What shows the failure; payoffs are written as terms when <see langword="null"/>.</param>
    /// <returns>The picture as SVG.</returns>
    /// <exception cref="ArgumentException">The tree has more than <see cref="GreatestNodeCount"/> nodes.</exception>
    public static string Draw(ParametricGame game, string title, IReadOnlyList<string>? honest = null, IncentiveCounterexample? counterexample = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        return Draw(game.Tree, title, end => game.PayoffTextOf(end, counterexample), honest, counterexample?.Path);
    }

    private static string Draw(ExtensiveGame tree, string title, Func<int, string> payoff, IReadOnlyList<string>? honest, IReadOnlyList<string>? failing)
    {
        if (tree.NodeCount > GreatestNodeCount)
        {
            throw new ArgumentException($"Expected at most {GreatestNodeCount} nodes to draw, got {tree.NodeCount}.", nameof(tree));
        }

        (double X, double Y)[] places = Place(tree, out int columns, out int rows);
        HashSet<int> honestNodes = Path(tree, honest);
        HashSet<int> failingNodes = Path(tree, failing);
        string[] labels = [.. Enumerable.Range(0, tree.NodeCount).Select(node => tree.KindOf(node) == GameNodeKind.Terminal ? payoff(node) : string.Empty)];
        double textWidth = 7 * labels.Max(label => label.Length);
        SvgWriter svg = new(Math.Max(LeastWidth, (2 * Margin) + (ColumnWidth * columns) + textWidth), (2 * Margin) + (RowHeight * rows) + 40, title, "A game tree; bold solid lines are honest play, bold dashed lines a line of play that pays.");
        svg.Text(Margin, 24, title, size: 15, isBold: true);
        foreach (InformationSet set in tree.InformationSets.Where(set => set.Nodes.Length > 1))
        {
            svg.Polyline(set.Nodes.Select(node => places[node]), SvgWriter.Grey, 1, "3 3");
        }

        for (int node = 1; node < tree.NodeCount; node++)
        {
            DrawEdge(svg, tree, node, places, honestNodes.Contains(node), failingNodes.Contains(node));
        }

        for (int node = 1; node < tree.NodeCount; node++)
        {
            DrawLabel(svg, tree, node, places);
        }

        for (int node = 0; node < tree.NodeCount; node++)
        {
            DrawNode(svg, tree, node, places[node], labels[node], failingNodes.Contains(node));
        }

        double legend = (2 * Margin) + (RowHeight * rows) + 20;
        svg.Line(Margin, legend, Margin + 30, legend, SvgWriter.Blue, 3);
        svg.Text(Margin + 36, legend + 4, "honest play");
        svg.Line(Margin + 130, legend, Margin + 160, legend, SvgWriter.Vermilion, 3, "6 3");
        svg.Text(Margin + 166, legend + 4, "line of play that pays");
        svg.Text(Margin + 320, legend + 4, "payoffs: " + string.Join(", ", tree.Players));
        return svg.ToString();
    }

    private static void DrawEdge(SvgWriter svg, ExtensiveGame tree, int node, (double X, double Y)[] places, bool isHonest, bool isFailing)
    {
        int parent = tree.ParentOf(node);
        (double x1, double y1) = places[parent];
        (double x2, double y2) = places[node];
        svg.Line(x1, y1, x2, y2, SvgWriter.Grey);
        if (isHonest)
        {
            svg.Line(x1, y1 - 1.5, x2, y2 - 1.5, SvgWriter.Blue, 3);
        }

        if (isFailing)
        {
            svg.Line(x1, y1 + 1.5, x2, y2 + 1.5, SvgWriter.Vermilion, 3, "6 3");
        }
    }

    private static void DrawLabel(SvgWriter svg, ExtensiveGame tree, int node, (double X, double Y)[] places)
    {
        int parent = tree.ParentOf(node);
        (double x1, double y1) = places[parent];
        (double x2, double y2) = places[node];
        string action = tree.ActionsOf(parent)[tree.MoveInto(node)];
        string label = tree.KindOf(parent) == GameNodeKind.Chance ? string.Create(CultureInfo.InvariantCulture, $"{action} {tree.ProbabilitiesOf(parent)[tree.MoveInto(node)]}") : action;
        svg.RimmedText(x1 + (0.62 * (x2 - x1)), y1 + (0.62 * (y2 - y1)) + 3, Short(label, 20), "middle", SvgWriter.Ink, 10);
    }

    private static void DrawNode(SvgWriter svg, ExtensiveGame tree, int node, (double X, double Y) place, string label, bool isFailing)
    {
        switch (tree.KindOf(node))
        {
            case GameNodeKind.Terminal:
                svg.RimmedText(place.X + 6, place.Y + 4, label, color: isFailing ? SvgWriter.Vermilion : SvgWriter.Ink, size: 11, isBold: isFailing);
                break;
            case GameNodeKind.Chance:
                svg.Rectangle(place.X - 5, place.Y - 5, 10, 10, "#ffffff", SvgWriter.Ink);
                break;
            default:
                svg.Circle(place.X, place.Y, 5, SvgWriter.Ink, SvgWriter.Ink);
                svg.RimmedText(place.X, place.Y - 11, Short(tree.Players[tree.PlayerOf(node)], 16), "middle", SvgWriter.Ink, 11, isBold: true);
                break;
        }
    }

    private static (double X, double Y)[] Place(ExtensiveGame tree, out int columns, out int rows)
    {
        var places = new (double X, double Y)[tree.NodeCount];
        int[] depth = new int[tree.NodeCount];
        for (int node = 1; node < tree.NodeCount; node++)
        {
            depth[node] = depth[tree.ParentOf(node)] + 1;
        }

        rows = 0;
        for (int node = 0; node < tree.NodeCount; node++)
        {
            places[node] = (Margin + (ColumnWidth * depth[node]), Margin + (tree.KindOf(node) == GameNodeKind.Terminal ? RowHeight * (rows++ + 1) : 0));
        }

        for (int node = tree.NodeCount - 1; node >= 0; node--)
        {
            if (tree.KindOf(node) != GameNodeKind.Terminal)
            {
                ReadOnlySpan<int> children = tree.ChildrenOf(node);
                places[node].Y = (places[children[0]].Y + places[children[^1]].Y) / 2;
            }
        }

        columns = depth.Max();
        return places;
    }

    private static HashSet<int> Path(ExtensiveGame tree, IReadOnlyList<string>? history)
    {
        HashSet<int> nodes = [];
        for (int node = history is { Count: > 0 } ? tree.Find(history) : -1; node > 0; node = tree.ParentOf(node))
        {
            _ = nodes.Add(node);
        }

        return nodes;
    }

    private static string Short(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
