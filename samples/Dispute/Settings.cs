using System.Globalization;

namespace Dispute;

/// <summary>What the command line says.</summary>
internal sealed record Settings
{
    public const string Usage = """
        usage: Dispute [--model digits|digits-small|iris] [--at <graph node, from 0>] [--element <i>] [--ulps <k>] [--honest]
                       [--silent defender|challenger|both] [--transcript <file>] [--kill <message> | --kill-at-random <seed>]
               Dispute verify <file> [--model digits|digits-small|iris]
        """;

    public string Model { get; private init; } = "digits";

    public int Node { get; private init; } = 2;

    public int Element { get; private init; } = 5;

    public int Units { get; private init; } = 1;

    public bool IsHonest { get; private init; }

    public string Silent { get; private init; } = "nobody";

    public string? Transcript { get; private init; }

    public string? Verify { get; private init; }

    // The watcher is a process of its own, killed at this message of its, and started again; 0 for a watcher in this process.
    public int Kill { get; private init; }

    // The watcher is a process of its own, killed five times, at instructions that nobody chose; 0 for none of it.
    public int KillSeed { get; private init; }

    // The journal of a watcher's process, which is what this process then is.
    public string? Watch { get; private init; }

    public IEnumerable<string> ForWatcher(string journal) =>
        ["watch", journal, "--model", Model, "--at", Text(Node), "--element", Text(Element), "--silent", Silent, .. IsHonest ? (string[])["--honest"] : []];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string[] arguments, out Settings settings)
    {
        settings = new Settings();
        for (int i = 0; i < arguments.Length; i++)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : string.Empty;
            bool isNumber = int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number);
            switch (arguments[i])
            {
                case "--honest":
                    settings = settings with { IsHonest = true };
                    continue;
                case "--model" when value is "digits" or "digits-small" or "iris":
                    settings = settings with { Model = value };
                    break;
                case "--at" when isNumber && number >= 0:
                    settings = settings with { Node = number };
                    break;
                case "--element" when isNumber && number >= 0:
                    settings = settings with { Element = number };
                    break;
                case "--ulps" when isNumber && number != 0:
                    settings = settings with { Units = number };
                    break;
                case "--kill" when isNumber && number > 0:
                    settings = settings with { Kill = number };
                    break;
                case "--kill-at-random" when isNumber && number > 0:
                    settings = settings with { KillSeed = number };
                    break;
                case "watch" when i == 0 && value.Length > 0:
                    settings = settings with { Watch = value };
                    break;
                case "--silent" when value is "nobody" or "defender" or "challenger" or "both":
                    settings = settings with { Silent = value };
                    break;
                case "--transcript" when value.Length > 0:
                    settings = settings with { Transcript = value };
                    break;
                case "verify" when i == 0 && value.Length > 0:
                    settings = settings with { Verify = value };
                    break;
                default:
                    return false;
            }

            i++;
        }

        return true;
    }
}
