using Verifiable.Inference.Incentives.Games;
namespace Verifiable.Inference.Incentives.Solvers;
internal static class Certificates { internal static string OfEquilibria(NormalFormGame g, System.Collections.Immutable.ImmutableArray<MixedProfile> e) => string.Empty; }
