using System.Diagnostics;
using System.Globalization;

namespace Verifiable.Inference.SimulationSpeed;

/// <summary>NumPy doing the same: a uniform number, a comparison and an added payoff for every agent of two populations, in whole arrays, on one thread.</summary>
internal static class NumpyPeer
{
    private const string Script = """
        import time, numpy as np
        rng = np.random.Generator(np.random.PCG64(1)); n = 500000
        s = [np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)]
        pay = [np.zeros(n, dtype=np.float32), np.zeros(n, dtype=np.float32)]
        p0 = np.float32(0.03); p1 = np.float32(0.93); best = 0
        for rep in range(6):
            t = time.perf_counter()
            for step in range(10):
                for k in (0, 1):
                    u = rng.random(n, dtype=np.float32)
                    s[k] = u < np.where(s[k], p1, p0)
                    pay[k] += np.where(s[k], np.float32(9), np.float32(4))
                    s[k].sum()
            best = max(best, 20 * n / (time.perf_counter() - t))
        print(np.__version__, best / 1e6)
        """;

    private static readonly Lazy<(string Version, double Speed)?> _measured = new(Run);

    /// <summary>Gets a value indicating whether an interpreter with NumPy is there.</summary>
    internal static bool IsPresent => _measured.Value is not null;

    /// <summary>Gets the version and the speed in millions of agent-steps a second.</summary>
    internal static (string Version, double Speed)? Measured => _measured.Value;

    private static (string Version, double Speed)? Run()
    {
        foreach (string python in new[] { "/usr/bin/python3", "python3" })
        {
            try
            {
                ProcessStartInfo start = new(python, ["-c", Script]) { RedirectStandardOutput = true, RedirectStandardError = true };
                start.Environment["OMP_NUM_THREADS"] = "1";
                using Process process = Process.Start(start)!;
                string output = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                string[] words = output.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                if (process.ExitCode == 0 && words.Length == 2)
                {
                    return (words[0], double.Parse(words[1], CultureInfo.InvariantCulture));
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No such interpreter; the figure is then the cited one.
            }
        }

        return null;
    }
}
