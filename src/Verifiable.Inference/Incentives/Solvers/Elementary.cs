namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Elementary functions near their zeros, without cancellation (Kahan's forms; Higham, Accuracy and Stability, 2002, section 1.14.1).</summary>
internal static class Elementary
{
    /// <summary>Computes ln(1 + x).</summary>
    internal static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>Computes eˣ − 1.</summary>
    internal static double ExpMinusOne(double x)
    {
        double power = Math.Exp(x);
        return power == 1 ? x : power - 1 == -1 ? -1 : (power - 1) * (x / Math.Log(power));
    }

    /// <summary>Computes 1/(1 + e⁻ˣ), which is never rounded to 0 before the true value is.</summary>
    internal static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));
}
