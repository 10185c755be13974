using System.Globalization;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>The name of a value that graph nodes read; empty for one that is absent.</summary>
internal sealed record Wire(string Name);

/// <summary>The names that a line may use, and the calculations with them, as section 3 of the page says.</summary>
internal sealed class ExpansionScope(ExpansionRun run, Dictionary<string, object?> names)
{
    /// <summary>Gets the names that the block or the procedure has given.</summary>
    internal Dictionary<string, object?> Names { get; } = names;

    internal bool Holds(string condition)
    {
        var tokens = new ExpansionTokens(condition);
        bool holds = (bool)Evaluate(tokens)!;
        return tokens.IsAtEnd ? holds : throw tokens.Fault("Expected the end");
    }

    internal object? Evaluate(ExpansionTokens tokens)
    {
        object? left = And(tokens);
        while (tokens.TryTake("or"))
        {
            left = (bool)left! | (bool)And(tokens)!;
        }

        return left;
    }

    /// <summary>Gets what an expression gives as inputs of a graph node.</summary>
    internal IEnumerable<Wire> Wires(ExpansionTokens tokens) => Evaluate(tokens) switch
    {
        Wire wire => [wire],
        List<Wire> list => list,
        long[] list => [run.Constant(TensorValue.Create(list, list.Length))],
        var other => throw tokens.Fault($"Expected a value, got {other}"),
    };

    /// <summary>Gets what an expression gives as an attribute.</summary>
    internal AttributeValue Attribute(ExpansionTokens tokens) => Evaluate(tokens) switch
    {
        long number => AttributeValue.Of(number),
        float number => AttributeValue.Of(number),
        string text => AttributeValue.Of(text),
        long[] list => AttributeValue.Of(list),
        TensorValue tensor => AttributeValue.Of(tensor),
        var other => throw tokens.Fault($"Expected an attribute, got {other}"),
    };

    private object? And(ExpansionTokens tokens)
    {
        object? left = Not(tokens);
        while (tokens.TryTake("and"))
        {
            left = (bool)left! & (bool)Not(tokens)!;
        }

        return left;
    }

    private object? Not(ExpansionTokens tokens) => tokens.TryTake("not") ? !(bool)Not(tokens)! : Comparison(tokens);

    private object? Comparison(ExpansionTokens tokens)
    {
        object? left = Sum(tokens);
        switch (tokens.Peek)
        {
            case "==" or "!=":
                bool isEqual = tokens.Take() == "==";
                object? right = Sum(tokens);
                return isEqual == (left is string ? Equals(left, right) : Number(left) == Number(right));
            case ">":
                tokens.Take();
                return Number(left) > Number(Sum(tokens));
            default:
                return left;
        }
    }

    private object? Sum(ExpansionTokens tokens)
    {
        object? left = Product(tokens);
        while (tokens.Peek is "+" or "-")
        {
            int sign = tokens.Take() == "+" ? 1 : -1;
            object? right = Product(tokens);
            left = left is long a && right is long b ? (object)(a + (sign * b)) : Single(left) + (sign * Single(right));
        }

        return left;
    }

    private object? Product(ExpansionTokens tokens)
    {
        object? left = Unary(tokens);
        while (tokens.Peek is "*" or "/")
        {
            bool isProduct = tokens.Take() == "*";
            (long a, long b) = ((long)left!, (long)Unary(tokens)!);
            left = isProduct ? a * b : a / b;
        }

        return left;
    }

    private object? Unary(ExpansionTokens tokens) => tokens.TryTake("-") ? Unary(tokens) switch { long number => (object)-number, float number => -number, _ => throw tokens.Fault("Expected a number") } : Primary(tokens);

    private object? Primary(ExpansionTokens tokens)
    {
        string token = tokens.Take();
        if (token == "(")
        {
            object? inner = Evaluate(tokens);
            tokens.Require(")");
            return inner;
        }

        if (token == "[")
        {
            List<long> list = [];
            while (!tokens.TryTake("]"))
            {
                list.Add((long)Evaluate(tokens)!);
                tokens.TryTake(",");
            }

            return list.ToArray();
        }

        if (token[0] == '"')
        {
            return token.Trim('"');
        }

        if (char.IsDigit(token[0]))
        {
            return token.AsSpan().ContainsAny('.', 'e') ? (object)float.Parse(token, CultureInfo.InvariantCulture) : long.Parse(token, CultureInfo.InvariantCulture);
        }

        if (tokens.TryTake("("))
        {
            object? result = Function(token, tokens);
            tokens.Require(")");
            return result;
        }

        object? value = Names.TryGetValue(token, out object? own) ? own : run.Global(token);
        if (tokens.TryTake("["))
        {
            long index = (long)Evaluate(tokens)!;
            tokens.Require("]");
            return ((float[])value!)[index];
        }

        return value;
    }

    private object? Function(string name, ExpansionTokens tokens)
    {
        switch (name)
        {
            case "wanted":
                return run.IsWanted(tokens.Take());
            case "given":
                return run.IsGiven(tokens.Take());
            case "count":
                return (long)((float[]?)run.Global(tokens.Take()) ?? []).Length;
            case "float":
                return run.Constant(TensorValue.Create([Single(Evaluate(tokens))], []));
            default:
                object? argument = Evaluate(tokens);
                return name switch
                {
                    "has" => (object)(argument is Wire { Name.Length: > 0 }),
                    "input" => run.Input((long)argument!),
                    "int" => run.Constant(TensorValue.Create([(long)argument!], [])),
                    "int32" => run.Constant(TensorValue.Create([(int)(long)argument!], [])),
                    "activation" => run.Activation((long)argument!).Name,
                    "alpha" => run.Activation((long)argument!).Alpha,
                    "beta" => run.Activation((long)argument!).Beta,
                    _ => throw tokens.Fault($"Expected a function of the notation, got '{name}'"),
                };
        }
    }

    private static float Single(object? value) => value is float single ? single : (long)value!;

    private static double Number(object? value) => value is float single ? single : (long)value!;
}
