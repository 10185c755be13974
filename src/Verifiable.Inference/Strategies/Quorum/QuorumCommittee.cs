using System.Collections.Immutable;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>
/// Fills the seats of one committee, all at once: draws, offers, claims, and the demands for what was not delivered, which come only when everybody in the committee has
/// claimed or is too late, for what is revealed on the ledger could be copied.
/// </summary>
internal sealed class QuorumCommittee
{
    private readonly QuorumCommitteeSetup _setup;
    private readonly SortedDictionary<int, int> _empty = [];
    private readonly HashSet<int> _failed = [];
    private readonly List<QuorumPlace> _places = [];
    private bool _isClosed;

    public QuorumCommittee(QuorumCommitteeSetup setup)
    {
        _setup = setup;
        for (int index = 0; index < setup.Seats; index++)
        {
            _empty.Add(index, 0);
        }
    }

    public IReadOnlyList<QuorumPlace> Places => _places;

    /// <summary>Gets the number of seats whose answer may still come.</summary>
    public int PendingSeats => _places.Where(static place => place.IsPending).Sum(static place => place.Seats.Count) + (CanDraw ? _empty.Values.Count(attempt => attempt < _setup.DrawLimit) : 0);

    private bool CanDraw => !_isClosed && _setup.HasTime() && _empty.Values.Any(attempt => attempt < _setup.DrawLimit);

    /// <summary>Runs until a condition holds, or until nothing more can come.</summary>
    /// <param name="isDecided">Whether nothing that may come can change the outcome.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask ConveneAsync(Func<bool> isDecided, CancellationToken cancellationToken)
    {
        while (true)
        {
            await CollectAsync().ConfigureAwait(false);
            if (isDecided())
            {
                return;
            }

            // Each wave of draws waits until it is known who accepted: a provider that is drawn for two seats of a wave holds both by one task.
            if (_places.All(static place => place.Accepted.IsCompleted) && CanDraw && await DrawAsync(cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            if (!await WaitAsync(cancellationToken).ConfigureAwait(false) && !Demand(cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Waits for those who are still at work; nobody is drawn any more.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        _isClosed = true;
        await ConveneAsync(static () => false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks who has ended since.</summary>
    private async ValueTask CollectAsync()
    {
        foreach (QuorumPlace place in _places)
        {
            if (!await place.CollectAsync().ConfigureAwait(false))
            {
                continue;
            }

            NodeId provider = _setup.ProviderOf(place.Leaf);
            foreach (ProviderFault fault in place.Result!.Faults)
            {
                _setup.Report(new Incident(provider, place.Seats[0], fault));
            }

            if (place.Result.Outcome is TaskOutcome.NotAccepted or TaskOutcome.NotOpened)
            {
                _ = _failed.Add(place.Leaf);
                foreach (Seat seat in place.Seats)
                {
                    _empty[seat.Index] = seat.Attempt + 1;
                }
            }
        }
    }

    private async ValueTask<bool> DrawAsync(CancellationToken cancellationToken)
    {
        List<(Seat Seat, int Leaf)> draws = [];
        foreach ((int index, int from) in _empty.ToArray())
        {
            for (int attempt = from; attempt < _setup.DrawLimit; attempt++)
            {
                Seat seat = new(_setup.Role, (ushort)index, (ushort)attempt);
                if (!_setup.IsAllowed(seat))
                {
                    _empty[index] = _setup.DrawLimit;
                    break;
                }

                int leaf = _setup.Draw(seat);
                bool skipped = leaf < 0 || _failed.Contains(leaf);
                if (!skipped || attempt + 1 == _setup.DrawLimit)
                {
                    _empty[index] = skipped ? _setup.DrawLimit : attempt;
                    if (!skipped)
                    {
                        draws.Add((seat, leaf));
                    }

                    break;
                }
            }
        }

        if (draws.Count == 0)
        {
            return false;
        }

        (Seat[] Seats, int Leaf)[] holders = [.. draws.GroupBy(static draw => draw.Leaf, static draw => draw.Seat).Select(static same => (same.ToArray(), same.Key))];

        // Rationale: under one signature; who sits in a committee together may know it, for envelopes of one work show it anyway.
        ImmutableArray<OpenedTask> opened = _setup.Tasks.Open([.. holders.Select(holder => _setup.EnvelopeOf(holder.Seats, holder.Leaf))]);
        foreach (((Seat[] seats, int leaf), OpenedTask task) in holders.Zip(opened))
        {
            foreach (Seat seat in seats)
            {
                _ = _empty.Remove(seat.Index);
            }

            _places.Add(new QuorumPlace(seats, leaf, task.Envelope.Body, _setup.IsConcurrent, accepted => _setup.Tasks.RunAsync(task, accepted, cancellationToken).AsTask()));
        }

        await CollectAsync().ConfigureAwait(false);
        return true;
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        Task[] waits = [.. _places.Where(static place => place.Result is null).Select(static place => place.Running)];
        if (waits.Length == 0)
        {
            return false;
        }

        Task[] known = CanDraw ? [.. _places.Where(static place => !place.Accepted.IsCompleted).Select(static place => place.Accepted)] : [];
        _ = await Task.WhenAny([.. waits, .. known]).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return true;
    }

    private bool Demand(CancellationToken cancellationToken)
    {
        bool any = false;
        foreach (QuorumPlace place in _places.Where(static place => place.IsWithheld))
        {
            any = true;
            if (_setup.Tasks.Demand(place.Envelope) == LedgerRefusal.None)
            {
                place.Resolve((envelope, withheld) => _setup.Tasks.ResolveAsync(envelope, withheld, _setup.Latest, cancellationToken).AsTask());
            }
            else
            {
                place.GiveUp();
            }
        }

        return any;
    }
}
