namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>What a provider of the sample does. Lazy and colluding ones cheat; silent and late ones fail.</summary>
internal enum Role
{
    None = 0,

    /// <summary>Computes what is asked.</summary>
    Honest,

    /// <summary>Leaves a layer out, each for itself.</summary>
    Lazy,

    /// <summary>Runs the same much smaller model as its accomplice, so that the two agree.</summary>
    Colluding,

    /// <summary>Accepts and never answers.</summary>
    Silent,

    /// <summary>Computes what is asked, and answers too late.</summary>
    Late,
}
