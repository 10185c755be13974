namespace Verifiable.Inference.Keys.Storage;

/// <summary>Judges the parameters of scrypt that a file asks for.</summary>
internal static class ScryptRefusal
{
    /// <summary>Makes a cost of the numbers of a file, or says why not.</summary>
    public static KeyFileRefusal Of(long cost, long blockSize, long parallelization, KeyFileLimits limits, out ScryptCost? scrypt)
    {
        scrypt = null;
        if (cost <= 1 || (cost & (cost - 1)) != 0 || blockSize <= 0 || parallelization <= 0)
        {
            return KeyFileRefusal.NotAKeyFile;
        }

        if (!ScryptCost.IsValid(cost, blockSize, parallelization))
        {
            return KeyFileRefusal.TooCostly;
        }

        ScryptCost wanted = new((int)cost, (int)blockSize, (int)parallelization);
        scrypt = limits.Allows(wanted) ? wanted : null;
        return scrypt is null ? KeyFileRefusal.TooCostly : KeyFileRefusal.None;
    }
}
