namespace Dispute;

/// <summary>The watcher, in this process or in one of its own.</summary>
internal interface IWatcher : IDisposable
{
    /// <summary>Has it do what is due.</summary>
    /// <returns>How much the court took.</returns>
    ValueTask<int> StepAsync();
}
