using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Finds all pairs of vertices of the two best-response polytopes that have every label between them. A label belongs to one side of every equilibrium: the search assigns labels one by one
/// to a side and gives up an assignment as soon as one of the two faces is empty (the idea of Audet, Hansen, Jaumard and Savard, "Enumeration of all extreme equilibria of bimatrix games",
/// SIAM J. Sci. Comput. 23, 2001, section 3). Linear programs are pivoted in doubles, but nothing is given up without a proof that holds in exact arithmetic
/// (<see cref="EmptyFaceProof"/>, or an exact linear program where that is too weak), and every answer is solved for in integers: rounding can cost time, never an equilibrium. Not thread-safe.
/// </summary>
internal sealed class ComplementarySearch
{
    private readonly Side _rows;
    private readonly Side _columns;
    private readonly int _labels;
    private readonly bool[] _isAssigned;
    private readonly WorkMeter _meter;
    private readonly int _greatestFaces;
    private readonly HashSet<MixedProfile> _found = [];

    /// <param name="game">The game.</param>
    /// <param name="greatestFaces">After how many complementary faces that are no single vertices the search gives way to another method.</param>
    /// <param name="meter">Counts assignments.</param>
    internal ComplementarySearch(BimatrixGame game, int greatestFaces, WorkMeter meter)
    {
        _rows = new Side(BestResponsePolytope.OfRows(game), 0);
        _columns = new Side(BestResponsePolytope.OfColumns(game), game.Rows);
        _labels = game.Rows + game.Columns;
        _isAssigned = new bool[_labels];
        _meter = meter;
        _greatestFaces = greatestFaces;
    }

    /// <summary>Gets the equilibria found.</summary>
    internal IReadOnlyCollection<MixedProfile> Found => _found;

    /// <summary>Gets how many complementary faces were no single vertices, or vertices with more labels than dimensions.</summary>
    internal int DegenerateFaces { get; private set; }

    /// <summary>Gets a value indicating whether the whole space was searched.</summary>
    internal bool IsComplete { get; private set; }

    internal void Run() => IsComplete = TrySearch(_rows.Root, _columns.Root);

    // Labels of a face that is only the origin belong to no strategy.
    private bool TrySearch(FloatDictionary rows, FloatDictionary columns)
    {
        if (!_meter.TrySpend())
        {
            return false;
        }

        if (_rows.IsOrigin || _columns.IsOrigin)
        {
            return true;
        }

        int label = Choose(rows, columns, out bool rowsAreEmpty, out bool columnsAreEmpty);
        if (label < 0)
        {
            return TryTakeFace();
        }

        _isAssigned[label] = true;
        bool goesOn = (rowsAreEmpty || TrySide(_rows, rows, label, next => TrySearch(next, columns)))
            && (columnsAreEmpty || TrySide(_columns, columns, label, next => TrySearch(rows, next)));
        _isAssigned[label] = false;
        return goesOn;
    }

    private static bool TrySide(Side side, FloatDictionary dictionary, int label, Func<FloatDictionary, bool> search)
    {
        int local = side.Local(label);
        if (dictionary.IsNonbasic(local))
        {
            // Already zero: the same dictionary serves.
            side.SetTight(local, true);
            dictionary.SetFixed(local, true);
            bool searched = search(dictionary);
            dictionary.SetFixed(local, false);
            side.SetTight(local, false);
            return searched;
        }

        FloatDictionary next = side.Rent(dictionary);
        bool isFixed = next.TryFix(local);
        bool goesOn = true;
        if (isFixed || !side.IsProvenEmpty(next, local))
        {
            side.SetTight(local, true);
            goesOn = search(next);
            side.SetTight(local, false);
        }

        side.Return();
        return goesOn;
    }

    // A label that one side certainly cannot take leaves one branch; otherwise the label that is farthest from being covered is tried.
    private int Choose(FloatDictionary rows, FloatDictionary columns, out bool rowsAreEmpty, out bool columnsAreEmpty)
    {
        int best = -1;
        double greatest = -1;
        for (int label = 0; label < _labels; label++)
        {
            if (_isAssigned[label])
            {
                continue;
            }

            int own = _rows.Local(label);
            int other = _columns.Local(label);
            rowsAreEmpty = rows.IsLeastAboveZero(own) && _rows.IsProvenEmptyNow(rows, own);
            columnsAreEmpty = columns.IsLeastAboveZero(other) && _columns.IsProvenEmptyNow(columns, other);
            if (rowsAreEmpty || columnsAreEmpty)
            {
                return label;
            }

            double ownValue = rows.Value(own);
            double otherValue = columns.Value(other);
            double score = (ownValue * otherValue * 1e6) + Math.Max(ownValue, otherValue);
            if (score > greatest || best < 0)
            {
                greatest = score;
                best = label;
            }
        }

        rowsAreEmpty = false;
        columnsAreEmpty = false;
        return best;
    }

    private bool TryTakeFace()
    {
        List<LabelledVertex>? xs = _rows.FindVertices(_meter, out bool rowsAreRegular);
        if (xs is null)
        {
            return false;
        }

        if (xs.Count == 0)
        {
            return true;
        }

        List<LabelledVertex>? ys = _columns.FindVertices(_meter, out bool columnsAreRegular);
        if (ys is null)
        {
            return false;
        }

        foreach (LabelledVertex x in xs)
        {
            foreach (LabelledVertex y in ys)
            {
                _ = _found.Add(MixedProfile.OfNormalized(x.Strategy, y.Strategy));
            }
        }

        if (ys.Count > 0 && !(rowsAreRegular && columnsAreRegular))
        {
            DegenerateFaces++;
        }

        return DegenerateFaces <= _greatestFaces;
    }

    /// <summary>One polytope with the labels assigned to it and its spare dictionaries.</summary>
    private sealed class Side(BestResponsePolytope polytope, int firstVariable)
    {
        private readonly bool[] _tight = new bool[polytope.Variables + polytope.Constraints];
        private readonly EmptyFaceProof _proof = new(polytope);
        private readonly List<FloatDictionary> _spare = [];
        private int _rented;
        private int _tightVariables;

        internal FloatDictionary Root { get; } = new(polytope);

        internal bool IsOrigin => _tightVariables == polytope.Variables;

        // Global labels are the row player's strategies, then the column player's.
        internal int Local(int label) => firstVariable == 0
            ? label
            : label >= firstVariable ? label - firstVariable : polytope.Variables + label;

        internal void SetTight(int local, bool isTight)
        {
            _tight[local] = isTight;
            _tightVariables += local >= polytope.Variables ? 0 : isTight ? 1 : -1;
        }

        internal FloatDictionary Rent(FloatDictionary model)
        {
            if (_rented == _spare.Count)
            {
                _spare.Add(new FloatDictionary(polytope));
            }

            FloatDictionary next = _spare[_rented++];
            next.CopyFrom(model);
            return next;
        }

        internal void Return() => _rented--;

        internal bool IsProvenEmptyNow(FloatDictionary dictionary, int local) => _proof.Proves(dictionary, local, _tight);

        /// <summary>Decides whether the face with one more label is empty; exactly where doubles do not suffice.</summary>
        internal bool IsProvenEmpty(FloatDictionary dictionary, int local)
        {
            if (_proof.Proves(dictionary, local, _tight))
            {
                return true;
            }

            _tight[local] = true;
            bool isEmpty = ExactFace.IsEmpty(polytope, _tight);
            _tight[local] = false;
            return isEmpty;
        }

        internal List<LabelledVertex>? FindVertices(WorkMeter meter, out bool isRegular)
        {
            int variables = polytope.Variables;
            int[] support = [.. Enumerable.Range(0, variables).Where(variable => !_tight[variable])];
            int[] equations = [.. Enumerable.Range(0, polytope.Constraints).Where(constraint => _tight[variables + constraint])];
            isRegular = false;
            if (support.Length == equations.Length && TrySolve(support, equations, out BigInteger[] point, out BigInteger denominator))
            {
                LabelledVertex? vertex = LabelledVertex.TryOf(polytope, point, denominator);
                isRegular = vertex is not null && vertex.CountTight() == variables;
                return vertex is null ? [] : [vertex];
            }

            List<BigInteger[]>? rays = FaceVertices.Find(polytope, support, _tight.AsSpan(variables), meter);
            return rays is null ? null : [.. rays.Select(ray => LabelledVertex.TryOf(polytope, Spread(support, ray), ray[0])).OfType<LabelledVertex>()];
        }

        private bool TrySolve(int[] support, int[] equations, out BigInteger[] point, out BigInteger denominator)
        {
            BigInteger[][] cells = [.. equations.Select(equation => (BigInteger[])
                [.. support.Select(variable => polytope.Exact[(equation * polytope.Variables) + variable]), BigInteger.One])];
            point = new BigInteger[polytope.Variables];
            if (!FractionFreeSystem.TrySolve(cells, out BigInteger[] solution, out denominator))
            {
                return false;
            }

            for (int i = 0; i < support.Length; i++)
            {
                point[support[i]] = solution[i];
            }

            return true;
        }

        private BigInteger[] Spread(int[] support, BigInteger[] ray)
        {
            var point = new BigInteger[polytope.Variables];
            for (int i = 0; i < support.Length; i++)
            {
                point[support[i]] = ray[i + 1];
            }

            return point;
        }
    }
}
