using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss, by the functions that the standard gives for them: the logarithm of the labelled class is gathered, labels
/// to be ignored weigh nothing, and a mean is the weighted sum ÷ the sum of weights.
/// </summary>
internal static class LossDefinitions
{
    internal static ImmutableArray<CompositeDefinition> Definitions { get; } =
    [
        new("NegativeLogLikelihoodLoss", 12, (binder, expansion) => Expand(binder, expansion, 1, expansion.Input(0))),
        new("SoftmaxCrossEntropyLoss", 12, SoftmaxCrossEntropy),
    ];

    private static void SoftmaxCrossEntropy(NodeBinder binder, Expansion expansion)
    {
        string scores = expansion.Input(0);
        string logarithms = expansion.Output(1).Length > 0
            ? expansion.AddNamed(1, "LogSoftmax", [scores], ("axis", AttributeValue.Of(1)))
            : expansion.Add("LogSoftmax", [scores], ("axis", AttributeValue.Of(1)));
        Expand(binder, expansion, 2, logarithms);
    }

    private static void Expand(NodeBinder binder, Expansion expansion, int mostOutputs, string logarithms)
    {
        binder.Arity(2, 3, mostOutputs);
        string reduction = binder.Text("reduction", "mean");
        bool ignores = binder.Node.KindOf("ignore_index") != AttributeKind.None;
        long ignored = binder.Int("ignore_index", 0);
        if (reduction is not ("none" or "sum" or "mean"))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected 'none', 'sum' or 'mean' for 'reduction', got '{reduction}'.");
        }

        string classes = expansion.Integers(1);
        string labels = expansion.Add("Unsqueeze", [expansion.Input(1), classes]);
        string mask = string.Empty;
        if (ignores)
        {
            mask = expansion.Add("Equal", [expansion.Add("Cast", [labels], ("to", AttributeValue.Of((long)ElementType.Int64))), expansion.Integer(ignored)]);
            labels = expansion.Add("Where", [mask, expansion.Add("Sub", [labels, labels]), labels]);
        }

        string zero = expansion.SingleLike(0f, logarithms);
        string chosen = expansion.Add("GatherElements", [logarithms, labels], ("axis", AttributeValue.Of(1)));
        chosen = ignores ? expansion.Add("Where", [mask, zero, chosen]) : chosen;
        string negative = expansion.Add("Neg", [chosen]);
        string weights = Weights(expansion, labels, mask, logarithms, zero);
        if (weights.Length > 0)
        {
            negative = expansion.Add("Mul", [negative, weights]);
        }

        if (reduction == "none")
        {
            expansion.AddOutput(0, "Squeeze", [negative, classes]);
        }
        else if (reduction == "mean" && weights.Length > 0)
        {
            string total = expansion.Add("ReduceSum", [negative], ("keepdims", AttributeValue.Of(0)));
            expansion.AddOutput(0, "Div", [total, expansion.Add("ReduceSum", [weights], ("keepdims", AttributeValue.Of(0)))]);
        }
        else
        {
            expansion.AddOutput(0, reduction == "mean" ? "ReduceMean" : "ReduceSum", [negative], ("keepdims", AttributeValue.Of(0)));
        }
    }

    // The weight of every label, nothing where all weigh the same.
    private static string Weights(Expansion expansion, string labels, string mask, string like, string zero)
    {
        string table = expansion.Input(2);
        if (table.Length == 0)
        {
            return mask.Length == 0 ? string.Empty : expansion.Add("Where", [mask, zero, expansion.SingleLike(1f, like)]);
        }

        string weights = expansion.Add("Gather", [table, labels]);
        return mask.Length == 0 ? weights : expansion.Add("Where", [mask, zero, weights]);
    }
}
