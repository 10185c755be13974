namespace Verifiable.Inference.Onnx.Format;

/// <summary>Reads elements that stand in other files of the model's folder, and in no other place.</summary>
/// <remarks>A location is a relative path of plain names. Links are followed, and the file they lead to must stand in the model's folder too. A checksum in the
/// model is not looked at: the model's identity covers what was read.</remarks>
internal sealed class ExternalTensors
{
    // Below this, a mapping's page is not worth the trouble.
    private const int LeastMappedBytes = 1 << 20;

    private const int MaxLinks = 40;

    private readonly string _folder;
    private readonly bool _maps;
    private readonly Dictionary<string, MappedFile> _mapped = new(StringComparer.Ordinal);

    /// <summary>Creates a reader for a model's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="maps">Whether large tensors are mapped and not copied.</param>
    public ExternalTensors(string folder, bool maps)
    {
        _folder = Path.GetFullPath(folder);
        _maps = maps;
    }

    /// <summary>Reads bytes of a file.</summary>
    /// <param name="location">Where the file is, as the model says.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="size">The number of bytes.</param>
    /// <param name="elementSize">The size of an element.</param>
    /// <param name="what">How a refusal names the tensor.</param>
    /// <param name="bytes">The bytes.</param>
    public ModelRefusal? Read(string location, long offset, int size, int elementSize, string what, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (!IsPlain(location))
        {
            return Refuse(what, $"a relative location without '..' in the model's folder, got '{location}'");
        }

        try
        {
            string folder = Resolve(_folder);
            string path = Resolve(Path.Combine(_folder, location));
            if (!path.StartsWith(folder.EndsWith(Path.DirectorySeparatorChar) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                return Refuse(what, $"a file in the model's folder, got a link out of it: '{location}'");
            }

            // A pipe or a device has no length, so it is never opened: that could wait forever.
            FileInfo file = new(path);
            if (!file.Exists || file.Length < size || offset > file.Length - size)
            {
                return Refuse(what, $"{size} bytes at offset {offset} of '{location}', got {(file.Exists ? $"a file of {file.Length} bytes" : "no such file")}");
            }

            if (size == 0)
            {
                return null;
            }

            if (_maps && size >= LeastMappedBytes && TryMap(path, offset, size, elementSize, out bytes))
            {
                return null;
            }

            byte[] buffer = GC.AllocateUninitializedArray<byte>(size);
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            stream.Position = offset;
            stream.ReadExactly(buffer);
            bytes = buffer;
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return Refuse(what, $"to read '{location}', got {exception.GetType().Name}");
        }
    }

    private bool TryMap(string path, long offset, int size, int elementSize, out ReadOnlyMemory<byte> bytes)
    {
        if (!_mapped.TryGetValue(path, out MappedFile? file))
        {
            file = MappedFile.Open(path);
            _mapped.Add(path, file);
        }

        bytes = offset <= file.Length - size ? file.Slice(offset, size) : default;
        return bytes.Length == size && TensorReader.CanReadInPlace(bytes.Span, elementSize);
    }

    private static bool IsPlain(string location)
    {
        // Both separators count everywhere, so that a model is refused on all systems or on none; a colon is a drive or a stream on some.
        foreach (string part in location.Split('/', '\\'))
        {
            if (part.Length == 0 || part.AsSpan().ContainsAny(':', '\0') || part.AsSpan().Trim(" .").IsEmpty)
            {
                return false;
            }
        }

        return !Path.IsPathRooted(location);
    }

    // Follows the links in every part of a path.
    private static string Resolve(string path)
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

    private static ModelRefusal Refuse(string what, string expectedGot) => new(ModelRefusalReason.ExternalDataRefused, $"Expected {what} to have {expectedGot}.");
}
