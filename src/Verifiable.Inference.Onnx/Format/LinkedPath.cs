namespace Verifiable.Inference.Onnx.Format;

/// <summary>Paths as they are once all links in them are followed.</summary>
internal static class LinkedPath
{
    private const int MaxLinks = 40;

    /// <summary>Tells whether a path without links leads into a folder whose path has none.</summary>
    public static bool IsIn(string path, string folder) =>
        path.StartsWith(folder.EndsWith(Path.DirectorySeparatorChar) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Follows the links in every part of a path.</summary>
    /// <exception cref="IOException">There are too many.</exception>
    public static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        string resolved = Path.GetPathRoot(full) ?? string.Empty;
        Stack<string> rest = new(full[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            string next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not string target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new IOException($"Expected at most {MaxLinks} links on the way to '{path}'.");
            }

            string fullTarget = Path.GetFullPath(target, resolved);
            resolved = Path.GetPathRoot(fullTarget) ?? string.Empty;
            foreach (string targetPart in fullTarget[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                rest.Push(targetPart);
            }
        }

        return resolved;
    }
}
