using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>
/// Finds the tensors of a program that one graph node makes of an input and of what is new, and that products alone read, as they are or with the last two axes exchanged: keys and values of a
/// decoder. They need not be copied from run to run. Immutable and thread-safe.
/// </summary>
internal sealed class AppendPlan
{
    // Beyond so many new tokens products are faster with packed operands.
    internal const int MostNewTokens = 16;

    private const int SequenceAxis = 2;

    private readonly (AppendRole Role, int Tensor)[] _roles;

    private AppendPlan((AppendRole Role, int Tensor)[] roles, ImmutableArray<Link> links)
    {
        _roles = roles;
        Links = links;
    }

    /// <summary>Gets the tensors, in the order that was asked for; <see langword="null"/> where one has to be copied.</summary>
    internal ImmutableArray<Link> Links { get; }

    /// <summary>Gets the plan of so many tensors that all have to be copied.</summary>
    internal static AppendPlan None(int tensors) => new([], [.. Enumerable.Repeat(Link.None, tensors)]);

    /// <summary>Finds the tensors.</summary>
    /// <param name="program">The program.</param>
    /// <param name="tensors">The names of an input and of the output that takes its place in the next run.</param>
    internal static AppendPlan Of(CanonicalProgram program, IEnumerable<(string Past, string Present)> tensors)
    {
        var roles = new (AppendRole Role, int Tensor)[program.Steps.Length];
        ImmutableArray<Link>.Builder links = ImmutableArray.CreateBuilder<Link>();
        foreach ((string past, string present) in tensors)
        {
            Link link = Find(program, past, present);
            foreach ((int step, AppendRole role) in link.Roles)
            {
                roles[step] = (role, links.Count);
            }

            links.Add(link);
        }

        return new AppendPlan(roles, links.ToImmutable());
    }

    /// <summary>Gets what a graph node does, and with which of the tensors.</summary>
    internal (AppendRole Role, int Tensor) this[int step] => step < _roles.Length ? _roles[step] : default;

    private static Link Find(CanonicalProgram program, string past, string present)
    {
        int made = Last(program, step => step.Node.Outputs.Contains(present));
        if (made < 0 || program.Steps[made] is not { Node: { Domain.Length: 0, OperatorType: "Concat" }, Inputs: [var before, _] } maker
            || !program.InputPlaces.Contains(before) || program.Steps[made].Node.Inputs[0] != past || maker.Node.GetInt("axis", 0) is not (SequenceAxis or SequenceAxis - 4)
            || program.Steps.Sum(step => step.Inputs.Count(place => place == before)) != 1 || program.OutputPlaces.Contains(before))
        {
            return Link.None;
        }

        int place = maker.Outputs[0];
        List<(int Step, AppendRole Role)> roles = [(made, AppendRole.Append)];
        int turned = Last(program, step => step.Inputs.Contains(place) && IsTranspose(step));
        if (program.OutputPlaces.Count(output => output == place) != 1)
        {
            return Link.None;
        }

        HashSet<int> read = [turned >= 0 ? program.Steps[turned].Outputs[0] : place];
        for (int i = made + 1; i < program.Steps.Length; i++)
        {
            CanonicalStep step = program.Steps[i];
            bool isReader = step.Inputs.Any(input => input == place || read.Contains(input));
            if (i == turned)
            {
                roles.Add((i, AppendRole.Transpose));
            }
            else if (isReader && IsProduct(step, read))
            {
                roles.Add((i, AppendRole.Multiply));
            }
            else if (isReader && IsStacked(program, step, read))
            {
                // A view: the same matrices in a stack of more axes.
                _ = read.Add(step.Outputs[0]);
                roles.Add((i, AppendRole.Stack));
            }
            else if (isReader && !ReadsShape(step, place, read))
            {
                return Link.None;
            }
        }

        if (program.OutputPlaces.Any(output => output != place && read.Contains(output)))
        {
            return Link.None;
        }

        return new Link([.. roles], turned >= 0);
    }

    private static bool IsTranspose(CanonicalStep step) => step.Node is { Domain.Length: 0, OperatorType: "Transpose" } && step.Node.GetInts("perm") is { IsDefault: false } order && order.SequenceEqual([0L, 1, 3, 2]);

    private static bool IsProduct(CanonicalStep step, HashSet<int> read) =>
        step.Node is { Domain.Length: 0, OperatorType: "MatMul" } && read.Contains(step.Inputs[1]) && !read.Contains(step.Inputs[0]);

    private static bool IsStacked(CanonicalProgram program, CanonicalStep step, HashSet<int> read) => step.Node is { Domain.Length: 0, OperatorType: "Unsqueeze" }
        && step.Inputs is [var from, var axes] && read.Contains(from) && axes >= 0 && program.Constants[axes] is { Type: ElementType.Int64, Length: 1 } axis && axis.AsSpan<long>()[0] is >= 0 and <= SequenceAxis;

    // Of a tensor that attention takes its mask's lengths from, only the shape counts; a mask itself is read.
    private static bool ReadsShape(CanonicalStep step, int place, HashSet<int> read) => step.Operator.ReadsOnlyShapes
        || (step.Node is { Domain: AttentionBiasOperator.Domain, OperatorType: "AttentionBias" } && !step.Inputs.Skip(2).Any(input => input == place || read.Contains(input)));

    private static int Last(CanonicalProgram program, Func<CanonicalStep, bool> isSought)
    {
        for (int i = program.Steps.Length - 1; i >= 0; i--)
        {
            if (isSought(program.Steps[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The graph nodes of one tensor.</summary>
    /// <param name="Roles">What each does with it; none where it has to be copied.</param>
    /// <param name="IsTransposed">Whether products read it with its last two axes exchanged.</param>
    internal sealed record Link(ImmutableArray<(int Step, AppendRole Role)> Roles, bool IsTransposed)
    {
        internal static Link None { get; } = new([], false);

        /// <summary>Tells whether the tensor can stay where it is in a run that somebody watches: whoever watches the graph nodes that make it wants it whole.</summary>
        internal bool MayStay(IReadOnlySet<int>? watched) =>
            !Roles.IsEmpty && (watched is null || !Roles.Any(role => role.Role != AppendRole.Multiply && watched.Contains(role.Step)));
    }
}
