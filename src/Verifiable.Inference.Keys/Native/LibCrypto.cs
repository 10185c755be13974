namespace Verifiable.Inference.Keys.Native;

/// <summary>Where OpenSSL's libcrypto is: the library that the framework itself uses on Linux. Thread-safe.</summary>
internal static class LibCrypto
{
    /// <summary>The environment variable that may hold the library's path.</summary>
    public const string Variable = "LIBCRYPTO_LIBRARY";

    /// <summary>Gets the names to look for. None is without a version: on macOS that one ends the process.</summary>
    public static string[] Names =>
        ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto-3-x64", "libcrypto-3-arm64", "libcrypto.3.dylib"];
}
