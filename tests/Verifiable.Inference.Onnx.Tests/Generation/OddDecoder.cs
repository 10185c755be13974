using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Generation;

/// <summary>A decoder of one layer without attention whose vectors [batch, tokens, 6] go through what a test puts in the middle; it adds the mean of past vectors to new ones.</summary>
internal static class OddDecoder
{
    internal const int Vocabulary = 11;
    internal const int Width = 6;

    /// <summary>Makes a model.</summary>
    /// <param name="middle">Adds graph nodes from a value to another.</param>
    /// <param name="present">Adds the graph nodes of <c>present.0.key</c> from the past and what is new, both [batch, 1, tokens, 6].</param>
    internal static OnnxModel Make(Action<OnnxModelBuilder, string, string>? middle = null, Action<OnnxModelBuilder, string, string>? present = null)
    {
        SeededWeights weights = new(5);
        OnnxModelBuilder model = new(21);
        model.Input("input_ids", ElementType.Int64, "batch", "sequence");
        model.Input("past_key_values.0.key", ElementType.Float32, "batch", 1, "past", Width);
        model.Initializer("table", weights.Scaled(1, 1, Vocabulary, Width));
        model.Initializer("head", weights.Scaled(2, Width, Width, Vocabulary));
        model.Initializer("axis", TensorValue.Create([1L], 1));
        model.Initializer("last", TensorValue.Create([2L], 1));
        model.Node("Gather", ["table", "input_ids"], ["embedded"]);
        if (middle is null)
        {
            model.Node("Identity", ["embedded"], ["mixed"]);
        }
        else
        {
            middle(model, "embedded", "mixed");
        }

        model.Node("Unsqueeze", ["mixed", "axis"], ["new"]);
        if (present is null)
        {
            model.Node("Concat", ["past_key_values.0.key", "new"], ["present.0.key"], ("axis", AttributeValue.Of(2L)));
        }
        else
        {
            present(model, "past_key_values.0.key", "new");
        }

        model.Node("ReduceMax", ["present.0.key", "last"], ["largest"], ("keepdims", AttributeValue.Of(0L)));
        model.Node("Add", ["mixed", "largest"], ["sum"]);
        model.Node("MatMul", ["sum", "head"], ["logits"]);
        model.Output("logits", ElementType.Float32, "batch", "sequence", Vocabulary);
        model.Output("present.0.key", ElementType.Float32, "batch", 1, "total", Width);
        return model.Build();
    }
}
