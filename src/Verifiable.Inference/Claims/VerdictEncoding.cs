using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Claims;

/// <summary>The encoding of a verdict: kind, reason, distance, limit.</summary>
internal static class VerdictEncoding
{
    public static void Write(ref CanonicalWriter writer, Verdict verdict)
    {
        writer.WriteByte((byte)verdict.Kind);
        writer.WriteByte((byte)verdict.Reason);
        writer.WriteDouble(verdict.Distance);
        writer.WriteDouble(verdict.Limit);
    }

    public static Verdict Read(ref CanonicalReader reader)
    {
        Verdict verdict = new((VerdictKind)reader.ReadByte(), (VerdictReason)reader.ReadByte(), reader.ReadDouble(), reader.ReadDouble());
        if (!Enum.IsDefined(verdict.Kind) || !Enum.IsDefined(verdict.Reason))
        {
            reader.Fail();
        }

        return reader.Failed ? default : verdict;
    }

    /// <summary>Tells whether two verdicts have one encoding: zeros of other signs are equal as numbers and not as bytes.</summary>
    public static bool AreSame(Verdict left, Verdict right) =>
        left.Kind == right.Kind && left.Reason == right.Reason && AreSame(left.Distance, right.Distance) && AreSame(left.Limit, right.Limit);

    private static bool AreSame(double left, double right) => left.Equals(right) && (left != 0 || double.IsNegative(left) == double.IsNegative(right));
}
