namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>What is known of a cheat.</summary>
/// <param name="Kind">The cheat.</param>
/// <param name="Name">Its name, in lower case with hyphens.</param>
/// <param name="Summary">What the provider does, in one sentence.</param>
/// <param name="SavesCost">Whether it saves computation, which is why somebody would do it.</param>
/// <param name="Detection">How it is found out.</param>
/// <param name="Fault">The incident that an outcome shows, beside what an audit finds; none where the provider keeps to the form.</param>
public sealed record CheatDescription(CheatKind Kind, string Name, string Summary, bool SavesCost, CheatDetection Detection, ProviderFault Fault);
