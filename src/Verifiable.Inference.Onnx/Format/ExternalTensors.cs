namespace Verifiable.Inference.Onnx.Format;

/// <summary>Reads elements that stand in other files of the model's folder, and in no other place.</summary>
/// <remarks>A location is a relative path of plain names. Links are followed, and the file they lead to must stand in the model's folder too. A checksum in the
/// model is not looked at: the model's identity covers what was read.</remarks>
internal sealed class ExternalTensors : IDisposable
{
    // Below this, a mapping's page is not worth the trouble.
    private const int LeastMappedBytes = 1 << 20;

    private readonly string _folder;
    private readonly bool _maps;
    private readonly Dictionary<string, OpenedFile> _opened = new(StringComparer.Ordinal);

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
            OpenedFile? file = Find(location, size, what, out ModelRefusal? refusal);
            if (file is null)
            {
                return refusal;
            }

            if (file.Length < size || offset > file.Length - size)
            {
                return Refuse(what, $"{size} bytes at offset {offset} of '{location}', got a file of {file.Length} bytes");
            }

            bytes = _maps && size >= LeastMappedBytes ? file.Map(offset, size) : default;
            if (bytes.IsEmpty || !TensorReader.CanReadInPlace(bytes.Span, elementSize))
            {
                bytes = file.Read(offset, size);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return Refuse(what, $"to read '{location}', got {exception.GetType().Name}");
        }
    }

    /// <summary>Closes the files; what is mapped stays.</summary>
    public void Dispose()
    {
        foreach (OpenedFile file in _opened.Values)
        {
            file.Dispose();
        }
    }

    // Opened once for all tensors: they are of one file, also when another takes its name meanwhile. Checked after it was opened, for the same reason.
    private OpenedFile? Find(string location, int size, string what, out ModelRefusal? refusal)
    {
        refusal = null;
        string folder = LinkedPath.Resolve(_folder);
        string path = LinkedPath.Resolve(Path.Combine(_folder, location));
        if (!LinkedPath.IsIn(path, folder))
        {
            refusal = Refuse(what, $"a file in the model's folder, got a link out of it: '{location}'");
            return null;
        }

        if (_opened.TryGetValue(path, out OpenedFile? file))
        {
            return file;
        }

        // A pipe or a device has no length, so it is not opened: that could wait forever.
        FileInfo found = new(path);
        if (!found.Exists || found.Length == 0)
        {
            refusal = found.Exists && size == 0 ? null : Refuse(what, $"{size} bytes of '{location}', got {(found.Exists ? "a file without bytes" : "no such file")}");
            return null;
        }

        file = OpenedFile.Open(path);
        if (!LinkedPath.IsIn(file.PathOf(), folder))
        {
            file.Dispose();
            refusal = Refuse(what, $"a file in the model's folder, got another in its place: '{location}'");
            return null;
        }

        _opened.Add(path, file);
        return file;
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

    private static ModelRefusal Refuse(string what, string expectedGot) => new(ModelRefusalReason.ExternalDataRefused, $"Expected {what} to have {expectedGot}.");
}
