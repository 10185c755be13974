namespace Verifiable.Inference.Providers;

/// <summary>Why a provider does not take an offered task. Zero is no refusal.</summary>
public enum OfferRefusal
{
    /// <summary>The task is taken.</summary>
    None = 0,

    /// <summary>The envelope is for another provider, or of another ledger.</summary>
    NotForThisProvider,

    /// <summary>The reward is too small, or the stake at risk too large beside it.</summary>
    PriceRefused,

    /// <summary>There is too little time for an answer or a reveal, or stake would be locked for too long.</summary>
    TimeRefused,

    /// <summary>The provider does not run the model under the profile.</summary>
    ModelUnknown,

    /// <summary>The ledger has no such open task.</summary>
    NotOpened,

    /// <summary>Claims on the task are bonded and can be disputed, and the provider has nobody who would answer for it.</summary>
    NoDefender,

    /// <summary>The terms do not protect the provider.</summary>
    TermsRefused,

    /// <summary>The inputs are not those of the envelope.</summary>
    InputsDiffer,
}
