using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Makes providers that cheat, to test a network with. Thread-safe.</summary>
public static class CheatFactory
{
    /// <summary>Makes a provider.</summary>
    /// <param name="kind">How it cheats; <see cref="CheatKind.None"/> for an honest provider.</param>
    /// <param name="setup">What it is made of.</param>
    /// <exception cref="ArgumentException">The setup lacks what this kind needs; the message says what.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The kind is unknown.</exception>
    public static IProvider Create(CheatKind kind, CheatSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        LocalProvider cheat = CreateCheat(kind, setup);
        return setup.CheatsOn is null ? cheat : new OpportunisticProvider(OtherFace(kind, setup), cheat, setup.CheatsOn);
    }

    private static LocalProvider CreateCheat(CheatKind kind, CheatSetup setup) => kind switch
    {
        CheatKind.None => Honest(setup),
        CheatKind.CheaperModel or CheatKind.SkippedLayer or CheatKind.QuantizedWeights =>
            new LocalProvider(setup.Signer, setup.Ledger, [Substituted(setup)], setup.Options),
        CheatKind.RandomOutput => new RandomOutputProvider(setup.Signer, setup.Ledger, setup.Engine, Required(setup.Example), setup.Seed, setup.Options),
        CheatKind.CopiedOutput => new CopyingProvider(setup.Signer, setup.Ledger, Substituted(setup), Required(setup.Board), setup.Options),
        CheatKind.StaleCache => new StaleCacheProvider(setup.Signer, setup.Ledger, setup.Engine, setup.Options),
        CheatKind.WrongSeed => new WrongSeedProvider(setup.Signer, setup.Ledger, setup.Engine, setup.Options),
        CheatKind.ColludingChecker => new CopyingProvider(setup.Signer, setup.Ledger, setup.Engine, Required(setup.Board), setup.Options),
        CheatKind.Silence => new SilentProvider(setup.Signer, setup.Ledger, setup.Engine, setup.Options),
        CheatKind.SlowAnswer => new SlowProvider(setup.Signer, setup.Ledger, setup.Engine, setup.Options),
        CheatKind.Equivocation => new EquivocatingProvider(setup.Signer, setup.Ledger, setup.Engine, setup.Options),
        CheatKind.ReplayedClaim => new ReplayingProvider(setup.Signer, setup.Ledger, setup.Engine, setup.Options),
        CheatKind.ForgedSignature => new ForgingProvider(setup.Signer, Required(setup.OtherKey), setup.Ledger, setup.Engine, setup.Options),
        CheatKind.MalleatedSignature => new MalleatingProvider(setup.Signer, setup.Ledger, setup.Engine, setup.SecondForm, setup.Options),
        CheatKind.MalformedBytes => new MalformedProvider(setup.Signer, setup.Ledger, setup.Engine, setup.Seed, setup.Options),
        CheatKind.WithheldOutput => new WithholdingProvider(setup.Signer, setup.Ledger, setup.Engine, reveals: false, setup.Options),
        CheatKind.UndeliveredOutput => new WithholdingProvider(setup.Signer, setup.Ledger, setup.Engine, reveals: true, setup.Options),
        CheatKind.EmptyCommitment => new EmptyCommitmentProvider(setup.Signer, setup.Ledger, setup.Engine, setup.Options),
        CheatKind.Refusal => Failing(setup, FailureKind.Refuses, afterAcceptance: false),
        CheatKind.Exception => Failing(setup, FailureKind.Throws, afterAcceptance: false),
        CheatKind.Hang => Failing(setup, FailureKind.Hangs, afterAcceptance: false),
        CheatKind.ExceptionAfterAcceptance => Failing(setup, FailureKind.Throws, afterAcceptance: true),
        CheatKind.HangAfterAcceptance => Failing(setup, FailureKind.Hangs, afterAcceptance: true),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected a kind of cheat."),
    };

    private static FailingProvider Failing(CheatSetup setup, FailureKind failure, bool afterAcceptance) =>
        new(setup.Signer, setup.Ledger, setup.Engine, failure, afterAcceptance, setup.Options);

    // A member of a ring does not give its accomplices away when it does not cheat itself.
    private static LocalProvider OtherFace(CheatKind kind, CheatSetup setup) =>
        kind == CheatKind.CopiedOutput ? new CopyingProvider(setup.Signer, setup.Ledger, setup.Engine, Required(setup.Board), setup.Options) : Honest(setup);

    private static LocalProvider Honest(CheatSetup setup) => new(setup.Signer, setup.Ledger, [setup.Engine], setup.Options);

    private static SubstitutedModelEngine Substituted(CheatSetup setup) => new(setup.Engine.Description, Required(setup.Substitute));

    private static T Required<T>(T? part, [CallerArgumentExpression(nameof(part))] string name = "")
        where T : class => part ?? throw new ArgumentException($"Expected {name} for this kind of cheat, got nothing.", nameof(part));
}
