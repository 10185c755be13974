namespace Verifiable.Inference.Storage;

/// <summary>Reads the records of a journal again. Headers and numbers are checked, and the hashes of those records that were not checked when the journal was opened.</summary>
internal static class JournalReading
{
    /// <summary>Reads the records after one number up to another.</summary>
    public static IEnumerable<StoredRecord> Read(IStorageFolder folder, SegmentHeader[] segments, int maxRecordBytes, ulong after, ulong last, ulong checkedThrough, RecordPlaces places)
    {
        for (int i = 0; i < segments.Length && segments[i].First <= last; i++)
        {
            if (i + 1 < segments.Length && segments[i + 1].First - 1 <= after)
            {
                continue;
            }

            using IStorageFile file = Open(folder, segments[i]);
            FrameReader reader = new(file, segments[i], maxRecordBytes);
            if (after >= segments[i].First)
            {
                reader.Skip(places.Find(segments[i].First, after));
            }

            ulong end = i + 1 < segments.Length ? Math.Min(last, segments[i + 1].First - 1) : last;
            while (reader.Tip.Sequence < end)
            {
                if (reader.Next(reader.Tip.Sequence < checkedThrough) != FrameStatus.Good)
                {
                    throw new StoreException(StoreRefusal.BadRecord, $"Record {reader.Tip.Sequence + 1} is damaged.");
                }

                if (reader.Tip.Sequence > after && reader.Frame.Stream != 0)
                {
                    yield return new StoredRecord(reader.Tip.Sequence, reader.Frame.Stream, reader.Content);
                }
            }
        }
    }

    private static IStorageFile Open(IStorageFolder folder, SegmentHeader segment)
    {
        try
        {
            return folder.Open(segment.FileName);
        }
        catch (FileNotFoundException exception)
        {
            throw new StoreException(StoreRefusal.Freed, $"The records from {segment.First} on were freed.", exception);
        }
        catch (Exception exception) when (exception is (IOException and not StoreException) or UnauthorizedAccessException)
        {
            throw StoreException.From(exception);
        }
    }
}
