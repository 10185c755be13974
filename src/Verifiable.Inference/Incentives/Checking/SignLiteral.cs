using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Says that a form is at least zero, or above zero when strict. The form is scaled so that its first coefficient is 1 or −1; equal statements are equal.</summary>
internal readonly record struct SignLiteral(LinearForm Form, bool IsStrict)
{
    public static SignLiteral Of(LinearForm form, bool isStrict)
    {
        Rational first = form.Terms[0].Coefficient;
        Rational size = first.Sign < 0 ? -first : first;
        return new SignLiteral((Rational.One / size) * form, isStrict);
    }

    public SignLiteral Negated => new(-Form, !IsStrict);

    public SignLiteral Weakened => new(Form, false);

    public bool HoldsAt(IReadOnlyList<Rational> values)
    {
        int sign = Form.At(values).Sign;
        return IsStrict ? sign > 0 : sign >= 0;
    }
}
