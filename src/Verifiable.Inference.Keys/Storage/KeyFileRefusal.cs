namespace Verifiable.Inference.Keys.Storage;

/// <summary>Why a key file was not opened.</summary>
public enum KeyFileRefusal
{
    /// <summary>It was opened.</summary>
    None,

    /// <summary>The text is not a key file, or not a whole one.</summary>
    NotAKeyFile,

    /// <summary>The file uses a cipher, a derivation or a curve that is not known here.</summary>
    Unsupported,

    /// <summary>Opening the file would take more memory or time than the limits allow; files of strangers may ask for any amount.</summary>
    TooCostly,

    /// <summary>The password is wrong, or the file was changed.</summary>
    WrongPassword,

    /// <summary>What was encrypted is no private key, or not that of the address in the file.</summary>
    NotAKey,
}
