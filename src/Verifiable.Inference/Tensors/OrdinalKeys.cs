namespace Verifiable.Inference.Tensors;

/// <summary>Tells whether pairs are in ordinal order of their names already, as most are: those that were read, and those that were made of a set.</summary>
internal static class OrdinalKeys
{
    public static bool AreSorted<TValue>(ReadOnlySpan<KeyValuePair<string, TValue>> pairs)
    {
        for (int i = 1; i < pairs.Length; i++)
        {
            if (string.CompareOrdinal(pairs[i - 1].Key, pairs[i].Key) > 0)
            {
                return false;
            }
        }

        return true;
    }
}
