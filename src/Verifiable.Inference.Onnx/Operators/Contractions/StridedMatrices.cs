namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Where the right matrices of a product lie, when not one behind the other as in a tensor.</summary>
/// <param name="Elements">The memory they lie in, as bytes of binary32.</param>
/// <param name="MatrixStep">The elements from the beginning of one matrix to that of the next.</param>
/// <param name="LineStep">The elements from the beginning of one line to that of the next.</param>
internal sealed record StridedMatrices(ReadOnlyMemory<byte> Elements, int MatrixStep, int LineStep);
