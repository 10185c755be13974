using System.Security.Cryptography;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Keys.Native;

/// <summary>The functions of libsecp256k1, with its recovery module, that are used here, and one context, blinded once and read from then on. Thread-safe.</summary>
internal sealed unsafe class LibSecp256k1
{
    /// <summary>The environment variable that may hold the library's path.</summary>
    public const string Variable = "LIBSECP256K1_LIBRARY";

    // SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY: what releases before 0.2 need, and what later ones take as "everything".
    private const uint SignAndVerify = 0x301;
    private const int SeedSize = 32;

    private static readonly Lazy<LibSecp256k1?> _default = new(static () => NativeSearch.Find(Variable, Names, Bind));

    private LibSecp256k1(nint context, nint createKey, nint serializeKey, nint sign, nint serialize, nint parse, nint recover)
    {
        Context = context;
        CreatePublicKey = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)createKey;
        SerializePublicKey = (delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, uint, int>)serializeKey;
        SignRecoverable = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, nint, byte*, int>)sign;
        SerializeSignature = (delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int>)serialize;
        ParseSignature = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int, int>)parse;
        Recover = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int>)recover;
    }

    /// <summary>Gets the library; <see langword="null"/> where there is none, or one without recovery.</summary>
    public static LibSecp256k1? Default => _default.Value;

    /// <summary>Gets the context.</summary>
    public nint Context { get; }

    /// <summary>Gets <c>secp256k1_ec_pubkey_create(context, public key, secret key)</c>.</summary>
    public delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> CreatePublicKey { get; }

    /// <summary>Gets <c>secp256k1_ec_pubkey_serialize(context, output, output size, public key, form)</c>.</summary>
    public delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, uint, int> SerializePublicKey { get; }

    /// <summary>Gets <c>secp256k1_ecdsa_sign_recoverable(context, signature, digest, secret key, nonce function, nonce entropy)</c>.</summary>
    public delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, nint, byte*, int> SignRecoverable { get; }

    /// <summary>Gets <c>secp256k1_ecdsa_recoverable_signature_serialize_compact(context, output, recovery id, signature)</c>.</summary>
    public delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int> SerializeSignature { get; }

    /// <summary>Gets <c>secp256k1_ecdsa_recoverable_signature_parse_compact(context, signature, input, recovery id)</c>.</summary>
    public delegate* unmanaged[Cdecl]<nint, byte*, byte*, int, int> ParseSignature { get; }

    /// <summary>Gets <c>secp256k1_ecdsa_recover(context, public key, signature, digest)</c>.</summary>
    public delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int> Recover { get; }

    private static string[] Names =>
        ["libsecp256k1", "secp256k1", "libsecp256k1.so.6", "libsecp256k1.so.5", "libsecp256k1.so.2", "libsecp256k1.so.1", "libsecp256k1.so.0", "libsecp256k1.dylib"];

    private static LibSecp256k1? Bind(nint library)
    {
        if (!NativeSearch.TryGet(library, "secp256k1_context_create", out nint create)
            || !NativeSearch.TryGet(library, "secp256k1_context_randomize", out nint randomize)
            || !NativeSearch.TryGet(library, "secp256k1_ec_pubkey_create", out nint createKey)
            || !NativeSearch.TryGet(library, "secp256k1_ec_pubkey_serialize", out nint serializeKey)
            || !NativeSearch.TryGet(library, "secp256k1_ecdsa_sign_recoverable", out nint sign)
            || !NativeSearch.TryGet(library, "secp256k1_ecdsa_recoverable_signature_serialize_compact", out nint serialize)
            || !NativeSearch.TryGet(library, "secp256k1_ecdsa_recoverable_signature_parse_compact", out nint parse)
            || !NativeSearch.TryGet(library, "secp256k1_ecdsa_recover", out nint recover))
        {
            return null;
        }

        nint context = ((delegate* unmanaged[Cdecl]<uint, nint>)create)(SignAndVerify);

        // Blinds multiplications by secrets against side channels. No other thread has the context yet.
        byte* seed = stackalloc byte[SeedSize];
        SystemRandomSource.Instance.Fill(new Span<byte>(seed, SeedSize));
        int isBlinded = ((delegate* unmanaged[Cdecl]<nint, byte*, int>)randomize)(context, seed);
        CryptographicOperations.ZeroMemory(new Span<byte>(seed, SeedSize));
        return isBlinded == 1 ? new LibSecp256k1(context, createKey, serializeKey, sign, serialize, parse, recover) : null;
    }
}
