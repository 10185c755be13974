using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>Makes commands at random, most of them sensible, for a market with few participants and tasks.</summary>
internal sealed class MarketPlayer(int seed)
{
    public static readonly NodeId Ledger = Named("ledger");
    public static readonly NodeId[] Providers = [.. Enumerable.Range(0, 60).Select(i => Named("provider " + i))];
    public static readonly NodeId[] Requesters = [Named("requester 0"), Named("requester 1"), Providers[0]];

    private static readonly Digest _secret = Digest.Of("secret"u8);
    private readonly Random _random = new(seed);
    private readonly List<Digest> _tasks = [];
    private int _posted;
    private ulong _serial;

    public static NodeId Named(string name) => new(Digest.Of(System.Text.Encoding.UTF8.GetBytes(name)));

    public static MarketPosting Posting(int number, MarketAssignment assignment = MarketAssignment.Auction, NodeId requester = default, byte priority = 0, long expiry = long.MaxValue) => new()
    {
        Ledger = Ledger,
        Requester = requester == default ? Requesters[0] : requester,
        Work = new WorkDescription(Digest.Of([1]), CommittedTensors.Of(NamedTensors.Empty), new GenerationOptions((ulong)number), NumericProfile.CanonicalFloat32),
        Strategy = "sampling/v3",
        Assignment = assignment,
        Provider = assignment == MarketAssignment.Direct ? Providers[1] : default,
        StartPrice = new Amount(assignment == MarketAssignment.Auction ? 50UL : 0UL),
        PriceLimit = new Amount(100),
        Ramp = assignment == MarketAssignment.Auction ? 10_000 : 0,
        Collateral = new Amount(1000),
        Expiry = expiry,
        AcceptWindow = 2_000,
        ChallengeWindow = 20_000,
        ChallengeRate = Probability64.FromDouble(0.5),
        Priority = priority,
        MaxReassignments = 2,
        Nonce = Digest.Of(BitConverter.GetBytes(number)),
    };

    /// <summary>Gets the state after some commands at random.</summary>
    public static MarketState Play(int seed, int commands)
    {
        MarketPlayer player = new(seed);
        MarketState state = MarketState.Empty;
        for (int i = 0; i < commands; i++)
        {
            _ = state.Apply(player.Next(state), state.Time + (i % 50), out state);
        }

        return state;
    }

    // What may well be told next of a task.
    private int Fitting(MarketTask? task) => task?.State switch
    {
        MarketTaskState.Queued when task.Posting.Assignment == MarketAssignment.Strategy => 21,
        MarketTaskState.Queued => _random.Next(3) == 0 ? 9 : 7,
        MarketTaskState.Assigned when task.Posting.Assignment == MarketAssignment.Strategy => 22,
        MarketTaskState.Assigned => task.LedgerTask == default ? 10 : 12,
        MarketTaskState.Answered => 13,
        MarketTaskState.Provisional => _random.Next(3) == 0 ? 20 : _random.Next(14, 16),
        MarketTaskState.Challenged => _random.Next(12) == 0 ? 17 : 16,
        MarketTaskState.Failed or MarketTaskState.Final => _random.Next(12) == 0 ? 21 : 3,
        MarketTaskState.Reversed => 18,
        _ => 3,
    };

    public MarketCommand Next(MarketState state)
    {
        Digest task = _tasks.Count == 0 ? default : _tasks[_random.Next(_random.Next(4) == 0 ? Math.Max(0, _tasks.Count - 60) : Math.Max(0, _tasks.Count - 4), _tasks.Count)];
        MarketTask? known = state.FindTask(task);
        NodeId provider = Providers[_random.Next(Providers.Length)];
        int round = (known?.Assignments ?? 0) + (_random.Next(8) == 0 ? _random.Next(-1, 2) : 0);
        round = Math.Max(0, round);
        NodeId requester = known is not null && _random.Next(8) > 0 ? known.Posting.Requester : Requesters[_random.Next(Requesters.Length)];
        if (_random.Next(15) == 0)
        {
            return MarketCommand.NoteStakes(Ledger, [.. Providers.Where(_ => _random.Next(20) == 0).Append(provider).Distinct().Order().Select(node => new StakeChange(node, new Amount((ulong)_random.Next(4))))]);
        }

        switch (_random.Next(3) == 0 ? _random.Next(24) : Fitting(known))
        {
            case 0 or 1:
                return MarketCommand.Join(Ledger, provider, (ushort)_random.Next(1, 4), _random.Next(6) == 0 ? _serial : ++_serial);
            case 2 when _random.Next(6) == 0:
                return MarketCommand.Leave(Ledger, provider, ++_serial);
            case 3:
                MarketPosting posting = Posting(
                    _random.Next(10) == 0 ? _random.Next(_posted + 1) : _posted++,
                    (MarketAssignment)_random.Next(1, 4),
                    Requesters[_random.Next(Requesters.Length)],
                    (byte)_random.Next(4),
                    state.Time + _random.Next(1, 200_000));
                _tasks.Add(posting.Digest);
                return MarketCommand.Post(posting, MarketDrawChain.Commit(_secret));
            case 4 or 5 or 6:
                return MarketCommand.Withdraw(Ledger, requester, _random.Next(20) == 0 ? task : default);
            case 7 or 8:
                return MarketCommand.Bid(Ledger, provider, task, new Amount((ulong)_random.Next(40, 110)), round);
            case 9:
                return MarketCommand.Assign(Ledger, task);
            case 10 or 11:
                return MarketCommand.Confirm(Ledger, task, Digest.Of([(byte)round, .. BitConverter.GetBytes(_posted)]));
            case 12:
                return MarketCommand.Answer(Ledger, task, Digest.Of(BitConverter.GetBytes(_random.Next(2))));
            case 13:
                return MarketCommand.Deliver(Ledger, task, _random.Next(2) == 0 ? default : requester);
            case 14:
                return MarketCommand.OpenDraw(Ledger, task, _random.Next(5) == 0 ? default : MarketDrawChain.Link(_secret, Math.Clamp(round, 1, MarketDrawChain.Length)));
            case 15:
                return MarketCommand.Challenge(Ledger, provider, task);
            case 16:
                return MarketCommand.Acquit(Ledger, task);
            case 17 when _random.Next(10) == 0 || known?.State == MarketTaskState.Challenged:
                return MarketCommand.Convict(Ledger, task);
            case 18:
                return MarketCommand.Requeue(Ledger, task);
            case 17 or 19:
                return MarketCommand.Reassign(Ledger, task);
            case 20:
                return _random.Next(2) == 0 ? MarketCommand.Finish(Ledger, task) : MarketCommand.Expire(Ledger, task);
            case 21:
                return MarketCommand.StartRun(Ledger, requester, task, round);
            case 22:
                return MarketCommand.FinishRun(Ledger, requester, task, Digest.Of([9]), (VerdictKind)_random.Next(3), _random.Next(2) == 0, round);
            default:
                return MarketCommand.LoseRun(Ledger, requester, task, round);
        }
    }
}
