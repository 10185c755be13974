using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>The real provider with a behavior in place of an engine. Not thread-safe: a world runs on one thread.</summary>
internal sealed class SimulatedProvider : LocalProvider
{
    private const double Forgetting = 1.0 / 64;

    private readonly ProtocolWorld _world;
    private readonly SharedAnswers _ring;
    private readonly RandomStream _choices;
    private double _honestProfit;
    private double _cheapProfit;
    private int _taken;

    public SimulatedProvider(ProtocolWorld world, WorldGroup group, SharedAnswers ring, ISigner signer, RandomStream choices, LocalProviderOptions options)
        : base(signer, world.Ledger, [world.Engine], options)
    {
        _world = world;
        _ring = ring;
        _choices = choices;
        Group = group;
    }

    public WorldGroup Group { get; }

    /// <summary>Gets or sets what the node's account held after the last request.</summary>
    public long Worth { get; set; }

    /// <summary>Gets what the node spent on the present request.</summary>
    public long CostOfRequest { get; private set; }

    /// <summary>Takes note of what the present request brought, and begins the next.</summary>
    public void Learn(long profit)
    {
        if (_taken != 0)
        {
            ref double average = ref _taken == 1 ? ref _honestProfit : ref _cheapProfit;
            average += Forgetting * (profit - average);
        }

        _taken = 0;
        CostOfRequest = 0;

        // The request is settled: its claims are demanded no more.
        ForgetClaims();
    }

    /// <inheritdoc/>
    public override ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) =>
        Group.Group.Behavior == NodeBehavior.Absent ? ValueTask.FromResult(ReadOnlyMemory<byte>.Empty) : base.SendAsync(message, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        if (Group.Group.Behavior is not (NodeBehavior.Silent or NodeBehavior.Late))
        {
            return await base.AnswerAsync(envelope, inputs, cancellationToken).ConfigureAwait(false);
        }

        Group.MissedTasks++;
        if (Group.Group.Behavior == NodeBehavior.Silent)
        {
            // Until the provider's own token ends the wait, at the deadline.
            await Task.Delay(Timeout.InfiniteTimeSpan, Options.Time, cancellationToken).ConfigureAwait(false);
        }

        // What it computes is right, and of no use: the claim is late, and the ledger refuses it.
        NamedTensors outputs = await ComputeAsync(envelope, inputs, cancellationToken).ConfigureAwait(false);
        long left = envelope.Deadline - Options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await Task.Delay(TimeSpan.FromMilliseconds(left), Options.Time, CancellationToken.None).ConfigureAwait(false);
        return await ClaimAsync(envelope, outputs, CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        if (Group.Group.Behavior != NodeBehavior.Withholding)
        {
            return base.ClaimAsync(envelope, outputs, cancellationToken);
        }

        Group.MissedTasks++;
        _ = Post(envelope, SignClaim(envelope, outputs));
        return ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
    }

    /// <inheritdoc/>
    protected override void Reveal(Digest task)
    {
        if (Group.Group.Behavior != NodeBehavior.Withholding)
        {
            base.Reveal(task);
        }
    }

    protected override ValueTask<NamedTensors> ComputeAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        bool isCheating = !Group.Group.KnowsRole || (_world.SoleReward is { } sole ? envelope.Reward == sole : _world.AnswersOfRequest == 0);
        NamedTensors answer = Answer(envelope.Work.Id, isCheating, _world.AnswersOfRequest == 0);
        _world.AnswersOfRequest++;
        if (Group.Group.Behavior != NodeBehavior.FreeRiding)
        {
            _world.Leaked.Publish(envelope.Work.Id, answer);
        }

        return ValueTask.FromResult(answer);
    }

    private NamedTensors Answer(Digest work, bool isCheating, bool isFirst) => Group.Group.Behavior switch
    {
        NodeBehavior.Lazy when isCheating => Noise(),
        NodeBehavior.Substituting when isCheating => Cheap(work),
        NodeBehavior.FreeRiding when !isFirst => _choices.NextDouble() < Group.Group.LeakProbability && _world.Leaked.Find(work) is { } leaked ? Copied(work, leaked) : Noise(),
        NodeBehavior.Colluding or NodeBehavior.Sharing when _ring.Find(work) is { } shared => Copied(work, shared),
        NodeBehavior.Colluding when isCheating => Published(work, Cheap(work)),
        NodeBehavior.Colluding or NodeBehavior.Sharing => Published(work, Right(work)),
        NodeBehavior.Griefing when !isFirst => Noise(),
        NodeBehavior.Adaptive => Learned(work),
        _ => Right(work),
    };

    private NamedTensors Learned(Digest work)
    {
        // One choice a request: what the request brings is put down to it.
        if (_taken == 0)
        {
            _taken = _choices.NextDouble() < StableFunctions.Logistic((_cheapProfit - _honestProfit) / Group.Group.LearningScale) ? 2 : 1;
        }

        return _taken == 1 ? Right(work) : Cheap(work);
    }

    private NamedTensors Right(Digest work)
    {
        CostOfRequest += _world.Scenario.HonestCost;
        Group.HonestRuns++;
        return _world.Hash.RightAnswer(work);
    }

    private NamedTensors Cheap(Digest work)
    {
        CostOfRequest += _world.Scenario.SubstituteCost;
        Group.SubstituteRuns++;
        _world.WrongAnswersOfRequest++;
        return _world.Hash.CheapAnswer(work);
    }

    private NamedTensors Noise()
    {
        Group.IdleAnswers++;
        _world.WrongAnswersOfRequest++;
        return KeyedHash.ToAnswer(_choices.NextWord(), _choices.NextWord());
    }

    private NamedTensors Copied(Digest work, NamedTensors answer)
    {
        Group.IdleAnswers++;
        _world.WrongAnswersOfRequest += answer.Equals(_world.Hash.RightAnswer(work)) ? 0 : 1;
        return answer;
    }

    private NamedTensors Published(Digest work, NamedTensors answer)
    {
        _ring.Publish(work, answer);
        return answer;
    }
}
