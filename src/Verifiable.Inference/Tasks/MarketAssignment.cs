namespace Verifiable.Inference.Tasks;

/// <summary>How a task finds its provider.</summary>
public enum MarketAssignment : byte
{
    /// <summary>No way is named; refused.</summary>
    None = 0,

    /// <summary>The price rises from a start to a limit, and the first bid takes the task at the price of that moment.</summary>
    Auction = 1,

    /// <summary>The requester names the provider.</summary>
    Direct = 2,

    /// <summary>The verification strategy draws its own providers.</summary>
    Strategy = 3,
}
