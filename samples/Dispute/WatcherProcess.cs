using System.Diagnostics;
using System.Globalization;
using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;

namespace Dispute;

/// <summary>The watcher as a process of its own, that meets the court over its standard streams, and is killed at one of its messages: before the court takes it, or before it is answered; or five times at some
/// instruction, a random time after it has heard something. What it says unheard is lost.</summary>
internal sealed class WatcherProcess : IWatcher
{
    private readonly Settings _settings;
    private readonly IDisputeVenue _court;
    private readonly DisputedClaim _claim;
    private readonly string _journal = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private Process _process;
    private int _messages;
    private readonly Random _random;
    private int _killsLeft;

    public WatcherProcess(Settings settings, Stage stage, DisputedClaim claim)
    {
        _settings = settings;
        _court = stage.Court;
        _claim = claim;
        _random = new Random(settings.KillSeed);
        _killsLeft = settings.KillSeed > 0 ? 5 : 0;
        _process = Start();
    }

    public async ValueTask<int> StepAsync()
    {
        await _process.StandardInput.WriteLineAsync("step");
        while (true)
        {
            if (_killsLeft > 0 && _random.Next(3) == 0)
            {
                _killsLeft--;
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1200)));
                await KillAsync();
                Console.WriteLine("the watcher is killed at some instruction; another one goes on from its journal");
                await _process.StandardInput.WriteLineAsync("step");
            }

            string line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("Expected a watcher that says something, got one that ended.");
            string[] words = line.Split(' ');
            if (words[0] == "stepped")
            {
                return int.Parse(words[1], CultureInfo.InvariantCulture);
            }

            bool isLast = ++_messages == _settings.Kill;
            string? answer = isLast && _messages % 2 == 0 ? null : await AnswerAsync(words);
            if (isLast)
            {
                await KillAsync();
                Console.WriteLine($"the watcher is killed at its message {_messages}, '{words[0]}', {(answer is null ? "before the court takes it" : "before it is answered")}; another one goes on from its journal");
                await _process.StandardInput.WriteLineAsync("step");
                continue;
            }

            await _process.StandardInput.WriteLineAsync(answer);
        }
    }

    // SIGKILL, or what the system has for it: nothing is flushed, nobody is told.
    private async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = Start();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_journal, recursive: true);
    }

    private async ValueTask<string> AnswerAsync(string[] words) => words[0] switch
    {
        "games" => string.Join(' ', (await _court.ReadGamesAsync(_claim.Body.Digest)).Select(static game => Convert.ToBase64String(game.ToBytes()))),
        "claim" when await _court.FindClaimAsync(_claim.Body.Digest) is var claim => FormattableString.Invariant($"{claim.Status} {claim.Posted} {claim.Now}"),
        "post" when Canonical.TryRead(Convert.FromBase64String(words[1]), out DisputedClaim? posted) => (await _court.PostAsync(posted)).ToString(),
        "time" when Digest.TryParse(words[1], out Digest game) => (await _court.CallTimeAsync(game)).ToString(),
        "finish" when Digest.TryParse(words[1], out Digest finished) => (await _court.FinishAsync(finished)).ToString(),
        "open" when Canonical.TryRead(Convert.FromBase64String(words[1]), out Signed<DisputeOpening>? opening) => (await _court.SendAsync(opening)).ToString(),
        "move" when Canonical.TryRead(Convert.FromBase64String(words[1]), out Signed<DisputeMove>? move) => (await _court.SendAsync(move)).ToString(),
        _ => throw new InvalidOperationException($"Expected a message of a watcher, got '{words[0]}'."),
    };

    private Process Start()
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(WatcherProcess).Assembly.Location);
        }

        foreach (string argument in _settings.ForWatcher(_journal))
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        process.StandardInput.WriteLine("claim " + Convert.ToBase64String(_claim.ToBytes()));
        return process;
    }
}
