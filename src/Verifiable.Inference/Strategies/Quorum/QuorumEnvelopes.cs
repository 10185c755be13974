using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>The envelopes of a record's tasks, each made once. They follow from the request, its terms and the opened secret. Not thread-safe.</summary>
internal sealed class QuorumEnvelopes
{
    private readonly Func<int, TaskEnvelope> _make;
    private readonly TaskEnvelope?[] _made;

    /// <summary>Creates the envelopes that follow from a request and the opened secret.</summary>
    public QuorumEnvelopes(InferenceRequest request, QuorumTerms terms, Digest secret, ImmutableArray<QuorumHolding> holdings)
    {
        _make = index => holdings[index].EnvelopeOf(request, terms, secret);
        _made = new TaskEnvelope?[holdings.Length];
    }

    /// <summary>Creates the set from envelopes that were made already, in the order of the record.</summary>
    public QuorumEnvelopes(IEnumerable<TaskEnvelope> made)
    {
        _made = [.. made];
        _make = index => _made[index]!;
    }

    public TaskEnvelope this[int index] => _made[index] ??= _make(index);
}
