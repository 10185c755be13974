using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Adjudication;

/// <summary>How a claim stands in a court, by the court's own clock. <c>default</c> is no claim, at the beginning of time.</summary>
/// <param name="Status">How the claim stands; <see cref="DocketClaimStatus.None"/> where it is not there.</param>
/// <param name="Posted">When the claim was posted, in milliseconds since 1970-01-01 UTC; 0 where it is not there.</param>
/// <param name="Now">The court's time, in milliseconds since 1970-01-01 UTC.</param>
public readonly record struct VenueClaim(DocketClaimStatus Status, long Posted, long Now);
