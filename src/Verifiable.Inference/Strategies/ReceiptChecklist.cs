namespace Verifiable.Inference.Strategies;

/// <summary>Collects what a check finds, up to the first refuted part. For authors of strategies.</summary>
public sealed class ReceiptChecklist
{
    private List<ReceiptField>? _fields;

    /// <summary>Gets a value indicating whether stake and money move by what is concluded: then a part on which a conviction stands must be proven, and somebody's word is not enough. Nobody reads the
    /// parts that hold, and only a refuted one is kept.</summary>
    public bool IsForSettlement { get; internal init; }

    /// <summary>Gets a value indicating whether a part was refuted; nothing after it is worth checking.</summary>
    public bool IsRefuted { get; private set; }

    /// <summary>Records that a part is proven if a condition holds, and refuted if not. Does nothing after a refuted part.</summary>
    /// <returns>Whether nothing is refuted so far.</returns>
    public bool Require(bool condition, string name, string proven, string refuted)
    {
        if (!IsRefuted)
        {
            if (!condition || !IsForSettlement)
            {
                (_fields ??= []).Add(condition ? new ReceiptField(name, ReceiptFieldStatus.Proven, proven) : new ReceiptField(name, ReceiptFieldStatus.Refuted, refuted));
            }

            IsRefuted = !condition;
        }

        return !IsRefuted;
    }

    /// <summary>Records that a part is somebody's word.</summary>
    public void Assert(string name, string note)
    {
        if (!IsRefuted && !IsForSettlement)
        {
            (_fields ??= []).Add(new ReceiptField(name, ReceiptFieldStatus.Asserted, note));
        }
    }

    /// <summary>Ends the check.</summary>
    public ReceiptCheck ToCheck() => new(_fields is null ? [] : [.. _fields]);
}
