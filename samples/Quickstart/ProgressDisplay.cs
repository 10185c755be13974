using Spectre.Console;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Shows how far a run is, on a terminal only: nothing of it reaches a file or a pipe.</summary>
internal static class ProgressDisplay
{
    public static T Show<T>(int steps, Func<Action, T> run)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected || !console.Profile.Capabilities.Ansi)
        {
            return run(static () => { });
        }

        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("Running images", maxValue: steps);
                return run(() => task.Increment(1));
            });
    }
}
