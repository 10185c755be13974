namespace Verifiable.Inference.Keys.Native;

/// <summary>The functions of libsodium that are used here, loaded once. Thread-safe, as the library is.</summary>
internal sealed unsafe class LibSodium
{
    /// <summary>The environment variable that may hold the library's path.</summary>
    public const string Variable = "LIBSODIUM_LIBRARY";

    private static readonly Lazy<LibSodium?> _default = new(static () => NativeSearch.Find(Variable, Names, Bind));

    internal LibSodium(nint signDetached, nint verifyDetached, nint seedKeyPair, nint isValidPoint)
    {
        SignDetached = (delegate* unmanaged[Cdecl]<byte*, ulong*, byte*, ulong, byte*, int>)signDetached;
        VerifyDetached = (delegate* unmanaged[Cdecl]<byte*, byte*, ulong, byte*, int>)verifyDetached;
        SeedKeyPair = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int>)seedKeyPair;
        IsValidPoint = (delegate* unmanaged[Cdecl]<byte*, int>)isValidPoint;
    }

    /// <summary>Gets the library; <see langword="null"/> where there is none.</summary>
    public static LibSodium? Default => _default.Value;

    /// <summary>Gets <c>crypto_sign_ed25519_detached(signature, signature size, message, message size, secret key)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, ulong*, byte*, ulong, byte*, int> SignDetached { get; }

    /// <summary>Gets <c>crypto_sign_ed25519_verify_detached(signature, message, message size, public key)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, byte*, ulong, byte*, int> VerifyDetached { get; }

    /// <summary>Gets <c>crypto_sign_ed25519_seed_keypair(public key, secret key, seed)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int> SeedKeyPair { get; }

    /// <summary>Gets <c>crypto_core_ed25519_is_valid_point(point)</c>: canonical, on the curve, in the group of prime order, not its identity.</summary>
    public delegate* unmanaged[Cdecl]<byte*, int> IsValidPoint { get; }

    private static string[] Names => ["libsodium", "libsodium.so.23", "libsodium.so.26", "libsodium.dylib"];

    private static LibSodium? Bind(nint library)
    {
        if (!NativeSearch.TryGet(library, "sodium_init", out nint initialize)
            || !NativeSearch.TryGet(library, "crypto_sign_ed25519_detached", out nint sign)
            || !NativeSearch.TryGet(library, "crypto_sign_ed25519_verify_detached", out nint verify)
            || !NativeSearch.TryGet(library, "crypto_sign_ed25519_seed_keypair", out nint keyPair)
            || !NativeSearch.TryGet(library, "crypto_core_ed25519_is_valid_point", out nint isValidPoint))
        {
            return null;
        }

        return ((delegate* unmanaged[Cdecl]<int>)initialize)() < 0 ? null : new LibSodium(sign, verify, keyPair, isValidPoint);
    }
}
