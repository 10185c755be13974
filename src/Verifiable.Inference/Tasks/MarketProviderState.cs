namespace Verifiable.Inference.Tasks;

/// <summary>Where a provider of the market stands.</summary>
public enum MarketProviderState : byte
{
    /// <summary>The provider is not in the market.</summary>
    None = 0,

    /// <summary>The provider can take a task.</summary>
    Free = 1,

    /// <summary>The provider has as many tasks as it takes at a time.</summary>
    Busy = 2,

    /// <summary>A claim of the provider is challenged, or it was silent on a task that it had accepted: it takes no new tasks until that is over.</summary>
    Barred = 3,

    /// <summary>The provider was convicted, or left: it takes no tasks here.</summary>
    Removed = 4,
}
