using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>The outputs of a record: which are the same by their commitments, and how far apart the others are. Each pair is measured once.</summary>
internal sealed class QuorumOutputs
{
    private readonly OutputComparer _comparer;
    private readonly int[] _classes;
    private readonly List<CommittedTensors> _commitments = [];
    private readonly List<NamedTensors?> _tensors = [];
    private readonly Dictionary<(int, int), double> _measured = [];

    public QuorumOutputs(ImmutableArray<QuorumHolding> holdings, OutputComparer comparer)
    {
        _comparer = comparer;
        Dictionary<CommittedTensors, int> byCommitments = [];
        _classes = new int[holdings.Length];
        for (int i = 0; i < holdings.Length; i++)
        {
            if (!holdings[i].HasClaim)
            {
                _classes[i] = -1;
                continue;
            }

            CommittedTensors outputs = holdings[i].Record.Claim!.Outputs;
            if (!byCommitments.TryGetValue(outputs, out int known))
            {
                known = _commitments.Count;
                byCommitments.Add(outputs, known);
                _commitments.Add(outputs);
                _tensors.Add(null);
            }

            _classes[i] = known;
            _tensors[known] ??= holdings[i].Outputs;
        }
    }

    /// <summary>Gets the number of the class of equal outputs to which a holding's belong; −1 where there is no claim.</summary>
    public int ClassOf(int holding) => _classes[holding];

    /// <summary>Gets the digest of a holding's output commitments.</summary>
    public Digest DigestOf(int holding) => _commitments[_classes[holding]].ToDigest();

    /// <summary>Tells whether a holding's output can be compared: by its commitments, or because the record carries the tensors.</summary>
    public bool IsMeasurable(int holding) => _classes[holding] is >= 0 and int known && (_comparer.ComparesCommitments || _tensors[known] is not null);

    /// <summary>Measures the distance between the outputs of two holdings; NaN where one cannot be compared.</summary>
    public double Distance(int left, int right)
    {
        if (!IsMeasurable(left) || !IsMeasurable(right))
        {
            return double.NaN;
        }

        (int a, int b) = (Math.Min(_classes[left], _classes[right]), Math.Max(_classes[left], _classes[right]));
        if (a == b)
        {
            return 0;
        }

        if (!_measured.TryGetValue((a, b), out double distance))
        {
            distance = _comparer.ComparesCommitments ? _comparer.Measure(_commitments[a], _commitments[b]) : _comparer.Measure(_tensors[a]!, _tensors[b]!);
            _measured.Add((a, b), distance);
        }

        return distance;
    }
}
