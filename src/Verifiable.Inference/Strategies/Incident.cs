using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies;

/// <summary>Something that went wrong with one provider while a request ran.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Seat">The seat it was drawn for.</param>
/// <param name="Fault">What went wrong.</param>
public sealed record Incident(NodeId Provider, Seat Seat, ProviderFault Fault);
