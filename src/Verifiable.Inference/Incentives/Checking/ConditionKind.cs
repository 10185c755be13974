namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Names what a condition is made of. The default is none.</summary>
internal enum ConditionKind
{
    None = 0,
    Literal,
    And,
    Or,
}
