using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>How pooling folds the elements under a window, in the order of the taps.</summary>
internal interface IWindowFold
{
    static abstract float Fold(float left, float right);

    static abstract Vector512<float> Fold(Vector512<float> left, Vector512<float> right);
}
