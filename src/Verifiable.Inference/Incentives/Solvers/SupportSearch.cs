using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Finds the equilibria with given supports by bisection of the box of probabilities: a box goes when some strategy of a support is certainly not a best reply in it, and is settled when Krawczyk's
/// operator proves that it holds exactly one solution or none (Krawczyk 1969; Neumaier, Interval Methods for Systems of Equations, 1990, theorem 5.1.8). What becomes too small to settle is reported. Not thread-safe.
/// </summary>
internal sealed class SupportSearch
{
    private const double SmallestWidth = 1.0 / (1 << 22);
    private const int UndecidedAtMost = 48;
    private const double Inflation = 0.125;

    private readonly SupportSystem _system;
    private readonly NormalFormGame _game;
    private readonly WorkMeter _meter;
    private readonly bool[] _isSplit;
    private readonly int _size;

    internal SupportSearch(NormalFormGame game, SupportSystem system, WorkMeter meter)
    {
        _game = game;
        _system = system;
        _meter = meter;
        _size = system.Variables.Length;

        // Equations of a player bind only the others: where a player has more of them than the others have variables, halving its own probabilities tells nothing.
        _isSplit = new bool[_size];
        for (int variable = 0; variable < _size; variable++)
        {
            int player = system.Variables[variable].Player;
            int own = system.Supports[player].Length - 1;
            _isSplit[variable] = own <= _size - own;
        }
    }

    internal List<SupportRoot> Roots { get; } = [];

    internal List<Interval[][]> Undecided { get; } = [];

    internal void Run()
    {
        Interval[][] start = [.. _system.Supports.Select(support => Enumerable.Repeat(new Interval(0, 1), support.Length).ToArray())];
        foreach (Interval[] own in start.Where(own => own.Length == 1))
        {
            own[0] = new Interval(1, 1);
        }

        var waiting = new Stack<Interval[][]>([start]);
        while (waiting.TryPop(out Interval[][]? box))
        {
            if (!_meter.TrySpend())
            {
                return;
            }

            if (!TrySumToOne(box) || IsExcluded(box))
            {
                continue;
            }

            if (TrySettle(box, out bool isNarrowed))
            {
                continue;
            }

            if (isNarrowed)
            {
                waiting.Push(box);
                continue;
            }

            (int player, int place, double width) = Widest(box);
            if (!(width > SmallestWidth))
            {
                Undecided.Add(box);
                if (Undecided.Count > UndecidedAtMost)
                {
                    // A curve of solutions, most likely: one box around all says as much as thousands.
                    Undecided.Clear();
                    Undecided.Add(start);
                    return;
                }

                continue;
            }

            double middle = box[player][place].Middle;
            Interval[][] lower = Copy(box);
            Interval[][] upper = Copy(box);
            lower[player][place] = new Interval(box[player][place].Low, middle);
            upper[player][place] = new Interval(middle, box[player][place].High);
            waiting.Push(upper);
            waiting.Push(lower);
        }
    }

    // Narrows every probability to what the others leave of 1; false when nothing is left.
    private static bool TrySumToOne(Interval[][] box)
    {
        foreach (Interval[] own in box.Where(own => own.Length > 1))
        {
            for (int place = 0; place < own.Length; place++)
            {
                Interval rest = Interval.Point(1);
                for (int other = 0; other < own.Length; other++)
                {
                    rest = other == place ? rest : rest - own[other];
                }

                own[place] = own[place].Intersect(rest);
                if (!(own[place].Low <= own[place].High))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool IsExcluded(Interval[][] box)
    {
        for (int player = 0; player < box.Length; player++)
        {
            int[] support = _system.Supports[player];
            for (int place = 0; place < support.Length; place++)
            {
                for (int other = 0; other < _game.StrategyCounts[player]; other++)
                {
                    int otherPlace = Array.IndexOf(support, other);
                    if (otherPlace == place || (otherPlace >= 0 && otherPlace < place))
                    {
                        continue;
                    }

                    // Within a support neither may be better, outside only the other may not.
                    Interval gain = _system.Gain(player, other, support[place], box);
                    if (gain.Low > 0 || (otherPlace >= 0 && gain.High < 0))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    // Settled: exactly one solution, or none. Otherwise the box may have been narrowed to where its solutions are.
    private bool TrySettle(Interval[][] box, out bool isNarrowed)
    {
        isNarrowed = false;
        if (_size > 1 && WidestOfAll(box) > 1)
        {
            return false;
        }

        Interval[][] wide = Inflated(box);
        if (Krawczyk(wide) is not { } image)
        {
            return false;
        }

        bool isInside = true;
        for (int variable = 0; variable < _size; variable++)
        {
            (int player, int place) = _system.Variables[variable];
            Interval common = image[variable].Intersect(box[player][place]);
            if (common.Low > common.High)
            {
                return true;
            }

            isInside &= image[variable].IsInside(wide[player][place]);
        }

        if (isInside)
        {
            if (!Roots.Exists(root => root.IsSame(wide, image, _system)))
            {
                Roots.Add(Refined(wide, image));
            }

            return true;
        }

        for (int variable = 0; variable < _size; variable++)
        {
            (int player, int place) = _system.Variables[variable];
            Interval common = image[variable].Intersect(box[player][place]);
            isNarrowed |= common.Width < 0.7 * box[player][place].Width;
            box[player][place] = common;
        }

        return false;
    }

    private SupportRoot Refined(Interval[][] unique, Interval[] image)
    {
        Interval[][] box = WithVariables(unique, image);
        for (int round = 0; round < 60; round++)
        {
            if (Krawczyk(box) is not { } next)
            {
                break;
            }

            bool shrank = false;
            var narrowed = new Interval[_size];
            for (int variable = 0; variable < _size; variable++)
            {
                (int player, int place) = _system.Variables[variable];
                narrowed[variable] = next[variable].Intersect(box[player][place]);
                shrank |= narrowed[variable].Width < 0.9 * box[player][place].Width;
            }

            if (narrowed.Any(interval => !(interval.Low <= interval.High)))
            {
                break;
            }

            box = WithVariables(box, narrowed);
            if (!shrank)
            {
                break;
            }
        }

        return new SupportRoot(unique, box);
    }

    // K(X) = c − Y F(c) + (I − Y F′(X)) (X − c); null when the derivative in the middle is as good as singular.
    private Interval[]? Krawczyk(Interval[][] box)
    {
        Interval[,] derivatives = _system.Derivatives(box);
        if (Inverse(derivatives) is not { } inverse)
        {
            return null;
        }

        Interval[][] center = WithVariables(box, [.. _system.Variables.Select(variable => Interval.Point(box[variable.Player][variable.Place].Middle))]);
        var values = new Interval[_size];
        for (int row = 0; row < _size; row++)
        {
            values[row] = _system.Equation(row, center);
        }

        var image = new Interval[_size];
        for (int row = 0; row < _size; row++)
        {
            (int player, int place) = _system.Variables[row];
            Interval sum = center[player][place];
            for (int k = 0; k < _size; k++)
            {
                sum -= Interval.Point(inverse[row, k]) * values[k];
            }

            for (int column = 0; column < _size; column++)
            {
                Interval factor = row == column ? Interval.Point(1) : default;
                for (int k = 0; k < _size; k++)
                {
                    factor -= Interval.Point(inverse[row, k]) * derivatives[k, column];
                }

                (int other, int otherPlace) = _system.Variables[column];
                sum += factor * (box[other][otherPlace] - center[other][otherPlace]);
            }

            if (!double.IsFinite(sum.Low) || !double.IsFinite(sum.High))
            {
                return null;
            }

            image[row] = sum;
        }

        return image;
    }

    internal double[,]? PreconditionerOf(Interval[][] box) => Inverse(_system.Derivatives(box));

    private double[,]? Inverse(Interval[,] derivatives)
    {
        var middle = new double[_size, _size];
        for (int row = 0; row < _size; row++)
        {
            for (int column = 0; column < _size; column++)
            {
                middle[row, column] = derivatives[row, column].Middle;
            }
        }

        return DoubleMatrix.TryInvert(middle);
    }

    internal Interval[][] WithVariables(Interval[][] box, Interval[] values)
    {
        Interval[][] result = Copy(box);
        for (int variable = 0; variable < _size; variable++)
        {
            result[_system.Variables[variable].Player][_system.Variables[variable].Place] = values[variable];
        }

        foreach (Interval[] own in result.Where(own => own.Length > 1))
        {
            Interval rest = Interval.Point(1);
            for (int place = 0; place < own.Length - 1; place++)
            {
                rest -= own[place];
            }

            own[^1] = rest;
        }

        return result;
    }

    private Interval[][] Inflated(Interval[][] box) => WithVariables(box, [.. _system.Variables.Select(variable =>
    {
        Interval own = box[variable.Player][variable.Place];
        double more = (own.Width * Inflation) + 1e-14;
        return new Interval(own.Low - more, own.High + more);
    })]);

    private (int Player, int Place, double Width) Widest(Interval[][] box)
    {
        (int Player, int Place, double Width) widest = (0, 0, -1);
        for (int variable = 0; variable < _size; variable++)
        {
            (int player, int place) = _system.Variables[variable];
            if (_isSplit[variable] && box[player][place].Width > widest.Width)
            {
                widest = (player, place, box[player][place].Width);
            }
        }

        return widest;
    }

    private double WidestOfAll(Interval[][] box)
    {
        double widest = 0;
        foreach ((int player, int place) in _system.Variables)
        {
            widest = Math.Max(widest, box[player][place].Width);
        }

        return widest;
    }

    private static Interval[][] Copy(Interval[][] box) => [.. box.Select(own => (Interval[])[.. own])];
}
