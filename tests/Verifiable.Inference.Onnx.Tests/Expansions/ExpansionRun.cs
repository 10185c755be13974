using System.Globalization;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>Runs a block for one graph node: makes its expansion, line by line.</summary>
internal sealed class ExpansionRun
{
    private readonly ExpansionPage _page;
    private readonly ExpansionBlock _block;
    private readonly PageNode _node;
    private readonly string _prefix;
    private readonly int _direction;
    private readonly Dictionary<string, object?> _given = new(StringComparer.Ordinal);

    internal ExpansionRun(ExpansionPage page, ExpansionBlock block, PageNode node, string prefix = "", int direction = 0)
    {
        _page = page;
        _block = block;
        _node = node;
        _prefix = prefix;
        _direction = direction;
    }

    /// <summary>Gets the graph nodes so far; those that have blocks themselves are not replaced.</summary>
    internal List<PageNode> Nodes { get; } = [];

    internal Dictionary<string, TensorValue> Constants { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the numbers of the lines that were run.</summary>
    internal HashSet<int> Lines { get; } = [];

    internal bool Holds(string condition) => new ExpansionScope(this, []).Holds(condition);

    /// <summary>Runs the block.</summary>
    /// <returns>The names of what a step gives; nothing for operators, whose outputs have names.</returns>
    internal string[] Run()
    {
        // What goes into a step has names of its own.
        var scope = new ExpansionScope(this, _block.StepInputs.ToDictionary(input => input, input => (object?)new Wire(_prefix + input), StringComparer.Ordinal));
        Do(_block.Lines, scope);
        return _block.Kind == "step" ? [.. _block.Outputs.Select(output => ((Wire)scope.Names[output]!).Name)] : [];
    }

    internal Wire Constant(TensorValue value)
    {
        var wire = new Wire($"{_prefix}c{Constants.Count}");
        Constants.Add(wire.Name, value);
        return wire;
    }

    internal Wire Input(long index) => new(_node.HasInput((int)index) ? _node.Inputs[index] : string.Empty);

    internal bool IsGiven(string attribute) => _node.Attributes.ContainsKey(attribute);

    internal bool IsWanted(string output) => Array.IndexOf(_block.Outputs, output) is >= 0 and var index ? _node.HasOutput(index) : throw new FormatException($"Expected an output, got '{output}'.");

    /// <summary>Gets what is known everywhere in the block: outputs that were given, inputs, attributes and words.</summary>
    internal object? Global(string name)
    {
        if (_given.TryGetValue(name, out object? value))
        {
            return value;
        }

        if (Array.IndexOf(_block.Inputs, name) is >= 0 and var index)
        {
            return Input(index);
        }

        if (_block.Attributes.TryGetValue(name, out (string Kind, string? Default) declared))
        {
            return Attribute(name, declared.Kind, declared.Default);
        }

        return name switch
        {
            "none" => new Wire(string.Empty),
            "most" => (object)long.MaxValue,
            "infinity" => float.PositiveInfinity,
            "inputs" => (long)_node.Inputs.Length,
            "zeros32" => TensorValue.Create([0], 1),
            _ => throw new FormatException($"Expected a name that is known in {_block}, got '{name}'."),
        };
    }

    internal (string Name, float Alpha, float Beta) Activation(long index) => PageActivations.Of(_node)[_direction][(int)index];

    private object? Attribute(string name, string kind, string? missing)
    {
        if (!_node.Attributes.TryGetValue(name, out AttributeValue? value))
        {
            return missing is null ? null : kind == "float" ? (object)float.Parse(missing, CultureInfo.InvariantCulture) : new ExpansionScope(this, []).Evaluate(new ExpansionTokens(missing));
        }

        return kind switch
        {
            "int" => (object)value.Int,
            "float" => value.Float,
            "text" => value.Text,
            "ints" => value.Ints.ToArray(),
            "floats" => value.Floats.ToArray(),
            _ => throw new FormatException($"Expected an attribute that counts, got '{name}'."),
        };
    }

    private object?[]? Do(List<ExpansionLine> lines, ExpansionScope scope)
    {
        bool isDone = false;
        foreach (ExpansionLine line in lines)
        {
            object?[]? result = null;
            if (line.Text.EndsWith(':') && !line.Text.StartsWith("for ", StringComparison.Ordinal))
            {
                string text = line.Text[..^1];
                isDone &= !text.StartsWith("if ", StringComparison.Ordinal);
                if (!isDone && (text == "else" || scope.Holds(text[(text.IndexOf(' ') + 1)..])))
                {
                    isDone = true;
                    Lines.Add(line.Number);
                    result = Do(line.Inner, scope);
                }
            }
            else
            {
                Lines.Add(line.Number);
                result = DoOne(line, scope);
            }

            if (result is not null)
            {
                return result;
            }
        }

        return null;
    }

    private object?[]? DoOne(ExpansionLine line, ExpansionScope scope)
    {
        var tokens = new ExpansionTokens(line.Text.TrimEnd(':'));
        string first = tokens.Take();
        if (first == "return")
        {
            List<object?> values = [scope.Evaluate(tokens)];
            while (tokens.TryTake(","))
            {
                values.Add(scope.Evaluate(tokens));
            }

            return [.. values];
        }

        if (first == "for")
        {
            string name = tokens.Take();
            tokens.Require("in");
            long from = (long)scope.Evaluate(tokens)!;
            tokens.Require("..");
            long to = (long)scope.Evaluate(tokens)!;
            for (long k = from; k <= to; k++)
            {
                scope.Names[name] = k;
                Assert.Null(Do(line.Inner, scope));
            }

            return null;
        }

        if (tokens.TryTake("("))
        {
            Call(first, tokens, scope);
        }
        else if (tokens.TryTake("+"))
        {
            tokens.Require("=");
            scope.Names.TryAdd(first, new List<Wire>());
            ((List<Wire>)scope.Names[first]!).AddRange(scope.Wires(tokens));
        }
        else
        {
            Assign(first, tokens, scope);
        }

        return tokens.IsAtEnd ? null : throw tokens.Fault("Expected the end");
    }

    private void Assign(string first, ExpansionTokens tokens, ExpansionScope scope)
    {
        List<(string Name, bool MayMiss)> targets = [(first, tokens.TryTake("?"))];
        while (tokens.TryTake(","))
        {
            targets.Add((tokens.Take(), tokens.TryTake("?")));
        }

        tokens.Require("=");
        string word = tokens.Peek;
        string operatorType = word[(word.LastIndexOf('.') + 1)..];
        if (operatorType.Length > 0 && char.IsUpper(operatorType[0]) && !scope.Names.ContainsKey(word) && !_block.Inputs.Contains(word))
        {
            tokens.Take();
            Add(word[..Math.Max(0, word.LastIndexOf('.'))], operatorType, targets, tokens, scope);
            return;
        }

        object?[] values;
        if (_page.Procedures.ContainsKey(word))
        {
            tokens.Take();
            tokens.Require("(");
            values = Call(word, tokens, scope);
        }
        else
        {
            values = [scope.Evaluate(tokens)];
        }

        Assert.Equal(targets.Count, values.Length);
        foreach (((string name, _), object? value) in targets.Zip(values))
        {
            scope.Names[name] = value;
        }
    }

    private object?[] Call(string name, ExpansionTokens tokens, ExpansionScope scope)
    {
        ExpansionBlock procedure = _page.Procedures[name];
        Dictionary<string, object?> names = new(StringComparer.Ordinal);
        foreach (string parameter in procedure.Inputs)
        {
            names[parameter] = scope.Evaluate(tokens);
            tokens.TryTake(",");
        }

        tokens.Require(")");
        return Do(procedure.Lines, new ExpansionScope(this, names)) ?? [];
    }

    private void Add(string domain, string operatorType, List<(string Name, bool MayMiss)> targets, ExpansionTokens tokens, ExpansionScope scope)
    {
        tokens.Require("(");
        List<string> inputs = [];
        while (tokens.Peek is not (";" or ")"))
        {
            inputs.AddRange(scope.Wires(tokens).Select(wire => wire.Name));
            tokens.TryTake(",");
        }

        SortedDictionary<string, AttributeValue> attributes = new(StringComparer.Ordinal);
        while (!tokens.TryTake(")"))
        {
            tokens.Take();
            string name = tokens.Take();
            if (tokens.TryTake("="))
            {
                attributes.Add(name, scope.Attribute(tokens));
            }
            else if (_node.Attributes.TryGetValue(name, out AttributeValue? value))
            {
                attributes.Add(name, value);
            }
        }

        List<string> outputs = [];
        foreach ((string name, bool mayMiss) in targets)
        {
            int output = _block.Kind == "step" ? -1 : Array.IndexOf(_block.Outputs, name);
            bool isWanted = output >= 0 && _node.HasOutput(output);
            outputs.Add(isWanted ? _node.Outputs[output] : mayMiss ? string.Empty : $"{_prefix}{Nodes.Count}.{outputs.Count}");
            (output >= 0 ? _given : scope.Names)[name] = new Wire(outputs[^1]);
        }

        int version = domain.Length == 0 ? 24 : domain == _node.Domain ? _node.Version : 1;
        Nodes.Add(new PageNode(domain, operatorType, version, Trim(inputs), Trim(outputs), attributes));
    }

    // What is absent at the end of a list is left out.
    private static string[] Trim(List<string> names) => [.. names.Take(names.FindLastIndex(name => name.Length > 0) + 1)];
}
