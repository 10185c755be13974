using System.Text.Json;

namespace Verifiable.Inference.GameCases;

/// <summary>Reads the cases of one kind of file. Kinds are told apart by what is in them, never by the name of the file.</summary>
internal interface ICaseReader
{
    /// <summary>Lists the cases of a document; empty when it is of another kind.</summary>
    /// <param name="document">The document.</param>
    /// <param name="folder">The folder being run, for kinds that refer to other files in it.</param>
    IEnumerable<GameCase> Read(JsonElement document, string folder);
}
