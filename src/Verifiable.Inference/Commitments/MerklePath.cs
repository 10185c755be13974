namespace Verifiable.Inference.Commitments;

/// <summary>The way from a leaf to the top of a tree in which lone nodes move up; shared by the plain and the weighted tree.</summary>
internal ref struct MerklePath
{
    private long _index;
    private long _count;

    public MerklePath(long index, long count)
    {
        _index = index;
        _count = count;
    }

    /// <summary>Gets a value indicating whether the sibling of the present step stands on the left.</summary>
    public bool SiblingIsLeft { get; private set; }

    /// <summary>Counts the siblings on the way up: at most 63.</summary>
    public static int CountSiblings(long index, long count)
    {
        MerklePath path = new(index, count);
        int siblings = 0;
        while (path.MoveNext())
        {
            siblings++;
        }

        return siblings;
    }

    /// <summary>Moves up to the next node that has a sibling.</summary>
    public bool MoveNext()
    {
        while (_count > 1)
        {
            bool lone = _index == _count - 1 && (_count & 1) == 1;
            SiblingIsLeft = (_index & 1) == 1;
            _index /= 2;
            _count = (_count / 2) + (_count & 1);
            if (!lone)
            {
                return true;
            }
        }

        return false;
    }
}
