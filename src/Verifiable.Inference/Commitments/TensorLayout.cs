namespace Verifiable.Inference.Commitments;

/// <summary>Names the order in which a tensor's elements are committed, chosen so that what one output element depends on lies close together.
/// <c>default</c> is no layout.</summary>
public enum TensorLayout : byte
{
    /// <summary>No layout: never valid in a commitment.</summary>
    None = 0,

    /// <summary>The last axis runs fastest: the order of <see cref="Tensors.TensorValue.Bytes"/>.</summary>
    RowMajor = 1,

    /// <summary>The last two axes change places, so that each column is contiguous: for right operands of products. Below two axes it is the row-major order.</summary>
    ByColumn = 2,

    /// <summary>The second axis moves to the end (N, C, spatial becomes N, spatial, C): for inputs of convolutions. Below two axes it is the row-major order.</summary>
    ChannelsLast = 3,
}
