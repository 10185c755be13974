using System.Runtime.InteropServices;

namespace Verifiable.Inference.Tests.Commitments;

/// <summary>A test that needs OpenSSL 3 as the system's library, and is reported as skipped where that is missing.</summary>
internal sealed class DirectHashFactAttribute : FactAttribute
{
    public DirectHashFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libcrypto.so.3", out _))
        {
            Skip = "Needs Linux and OpenSSL 3: install the package that has libcrypto.so.3.";
        }
    }
}
