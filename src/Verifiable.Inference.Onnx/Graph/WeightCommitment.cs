using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>The commitment to one initialiser in one layout, at the default chunk size.</summary>
/// <param name="Name">The name of the initialiser.</param>
/// <param name="Layout">The order in which its elements are committed.</param>
/// <param name="Digest">The tensor commitment, which binds type, shape, layout and chunk size.</param>
public sealed record WeightCommitment(string Name, TensorLayout Layout, Digest Digest);
