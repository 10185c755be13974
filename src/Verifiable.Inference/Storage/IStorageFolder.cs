namespace Verifiable.Inference.Storage;

/// <summary>The folder of a journal, as far as the journal uses one. Tests put a folder there that fails at every step in turn.</summary>
internal interface IStorageFolder
{
    /// <summary>Takes the folder for one writer, over all processes; <see langword="null"/> when another has it.</summary>
    IDisposable? TryLock();

    /// <summary>Gets the names of the files, in ordinal order.</summary>
    IReadOnlyList<string> GetNames();

    /// <summary>Opens a file that is there.</summary>
    IStorageFile Open(string name);

    /// <summary>Makes an empty file and opens it; one that is there is emptied.</summary>
    IStorageFile Create(string name);

    /// <summary>Gives a file another name; a file of that name goes.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file.</summary>
    void Delete(string name);

    /// <summary>Waits until no crash can undo what was made, renamed and deleted.</summary>
    void Flush();
}
