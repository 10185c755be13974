using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>
/// A folder in memory that knows what is on its disk and what the system only holds for it. It can fail at any operation that changes something, and lose what a power cut
/// would lose.
/// </summary>
internal sealed class FaultyFolder : IStorageFolder
{
    private const int SectorBytes = 512;

    private readonly List<Dictionary<string, Inode>> _unflushed = [];
    private Dictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private Dictionary<string, Inode> _durable = new(StringComparer.Ordinal);
    private bool _locked;

    /// <summary>Gets how many operations changed something so far.</summary>
    public int Operations { get; private set; }

    /// <summary>Gets or sets the operation that fails, counted from 0; none by default.</summary>
    public int FailAt { get; set; } = -1;

    /// <summary>Gets or sets how it fails.</summary>
    public FaultKind Fault { get; set; }

    /// <summary>Gets a value indicating whether the fault came.</summary>
    public bool Failed { get; private set; }

    /// <summary>Gets or sets what is done before every operation that changes something, on its thread; nothing by default.</summary>
    public Action BeforeChange { get; set; } = static () => { };

    /// <summary>Gets the number of fsyncs of files.</summary>
    public int Flushes { get; private set; }

    /// <summary>Gets or sets how many bytes were read.</summary>
    public long BytesRead { get; set; }

    /// <summary>Gets the bytes of a file as readers see them; the test may write into them.</summary>
    public byte[] Bytes(string name) => _names[name].Current;

    public void SetBytes(string name, byte[] bytes) => _names[name] = new Inode { Current = bytes, Durable = bytes };

    public IDisposable? TryLock()
    {
        if (_locked)
        {
            return null;
        }

        _locked = true;
        return new Unlock(this);
    }

    public IReadOnlyList<string> GetNames() => [.. _names.Keys.Order(StringComparer.Ordinal)];

    public IStorageFile Open(string name) => _names.TryGetValue(name, out Inode? inode) ? new OpenFile(this, inode) : throw new FileNotFoundException(name);

    public IStorageFile Create(string name)
    {
        Inode inode = new();
        Change(part => SetNames(part, names => names[name] = inode));
        return new OpenFile(this, inode);
    }

    public void Rename(string from, string to) => Change(part => SetNames(part, names =>
    {
        names[to] = names[from];
        _ = names.Remove(from);
    }));

    public void Delete(string name) => Change(part => SetNames(part, names => names.Remove(name)));

    public void Flush() => Change(part =>
    {
        if (part == 1)
        {
            _durable = _names;
            _unflushed.Clear();
        }
    });

    /// <summary>What is found when the machine, or the process only, starts again. Where the process only was killed, the system still holds what it did not write: a later power cut can lose it.</summary>
    public FaultyFolder Restart(RestartKind kind, Random random)
    {
        FaultyFolder next = new();
        if (kind == RestartKind.ProcessKilled)
        {
            Dictionary<Inode, Inode> copies = [];
            next._names = Copy(_names);
            next._durable = Copy(_durable);
            next._unflushed.AddRange(_unflushed.Select(Copy));
            return next;

            Dictionary<string, Inode> Copy(Dictionary<string, Inode> names) => names.ToDictionary(
                static name => name.Key,
                name => copies.TryGetValue(name.Value, out Inode? copy) ? copy : copies[name.Value] = new Inode { Current = name.Value.Current, Durable = name.Value.Durable },
                StringComparer.Ordinal);
        }

        int kept = random.Next(_unflushed.Count + 1);
        foreach ((string name, Inode inode) in kept == 0 ? _durable : _unflushed[kept - 1])
        {
            byte[] bytes = kind == RestartKind.PowerCut ? inode.LosePrefixwise(random) : inode.LoseSectors(random, SectorBytes);
            next._names[name] = new Inode { Current = [.. bytes], Durable = [.. bytes] };
        }

        next._durable = next._names;
        return next;
    }

    // Names change as a whole or not at all.
    private void SetNames(double part, Action<Dictionary<string, Inode>> change)
    {
        if (part < 1)
        {
            return;
        }

        Dictionary<string, Inode> names = new(_names, StringComparer.Ordinal);
        change(names);
        _names = names;
        _unflushed.Add(names);
    }

    // The change is told which part of it happens: all of it, or half of a write.
    private void Change(Action<double> change)
    {
        BeforeChange();
        if (Failed && Fault != FaultKind.DiskFull)
        {
            throw new IOException("The process is gone.");
        }

        int operation = Operations++;
        if (operation != FailAt)
        {
            change(1);
            return;
        }

        Failed = true;
        switch (Fault)
        {
            case FaultKind.KillBefore:
                break;
            case FaultKind.KillAfter:
                change(1);
                break;
            default:
                change(0.5);
                break;
        }

        throw new IOException("Fault.", Fault == FaultKind.DiskFull ? 28 : 5);
    }

    private sealed class Unlock(FaultyFolder folder) : IDisposable
    {
        public void Dispose() => folder._locked = false;
    }

    private sealed class Inode
    {
        public byte[] Current { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        public byte[] LosePrefixwise(Random random)
        {
            int common = Current.AsSpan().CommonPrefixLength(Durable);
            return Current.Length >= Durable.Length && common == Durable.Length ? Current[..random.Next(common, Current.Length + 1)] : random.Next(2) == 0 ? Durable : Current;
        }

        // The file has its new length, and some of the new sectors are still empty.
        public byte[] LoseSectors(Random random, int sector)
        {
            byte[] bytes = [.. Current[..random.Next(Math.Min(Durable.Length, Current.Length), Current.Length + 1)]];
            for (int at = 0; at < bytes.Length; at += sector)
            {
                int end = Math.Min(bytes.Length, at + sector);
                if (random.Next(2) == 0)
                {
                    for (int i = at; i < end; i++)
                    {
                        bytes[i] = i < Durable.Length ? Durable[i] : (byte)0;
                    }
                }
            }

            return bytes;
        }
    }

    private sealed class OpenFile(FaultyFolder folder, Inode inode) : IStorageFile
    {
        public long Length => inode.Current.Length;

        public int Read(Span<byte> destination, long offset)
        {
            int count = (int)Math.Clamp(inode.Current.Length - offset, 0, destination.Length);
            inode.Current.AsSpan((int)Math.Min(offset, inode.Current.Length), count).CopyTo(destination);
            folder.BytesRead += count;
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            byte[] copy = [.. bytes];
            folder.Change(part =>
            {
                int count = (int)(copy.Length * part);
                byte[] next = new byte[Math.Max(inode.Current.Length, offset + count)];
                inode.Current.CopyTo(next, 0);
                copy.AsSpan(0, count).CopyTo(next.AsSpan((int)offset));
                inode.Current = next;
            });
        }

        public void Truncate(long length) => folder.Change(part => inode.Current = part == 1 ? inode.Current[..(int)length] : inode.Current);

        public void Flush()
        {
            folder.Flushes++;
            folder.Change(part => inode.Durable = part == 1 ? inode.Current : inode.Durable);
        }

        public void Dispose()
        {
        }
    }
}
