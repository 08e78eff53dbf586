using System.Globalization;
using System.Net;
using Acme.Client.Contract;

namespace Acme.LoadTest;

/// <summary>What the command line and the environment say, checked and within bounds.</summary>
internal sealed class Options
{
    public const string Help = """
        prepare --url U [--models N]                gives the registry at U the models that the workloads use
        run     --url U [--workloads whole,...]     measures a registry that runs
        compare [--catalogs sqlite,...] [--blobs disk,...] [--peers nginx,docker-registry] | --url U --url V
                                                    measures combinations of stores and peers on this machine, or registries that run, in turns
        gate    [--previous DLL] [--write]          measures against nginx, and against another build of Acme.Standalone.dll

          --workloads    whole, weights, file, resumed, metadata, search, ingest; default: whole
          --clients N    that wait for their answers; default: 100
          --rate R       requests a second whether or not earlier ones are answered, in place of clients that wait
          --seconds S    length of a round        --requests N   requests of a round; default: each client downloads once, or 5 seconds of small requests
          --rounds N     default: 3               --warm-up N    rounds that do not count; default: 1
          --models N     default: 500             --clean        delete the models afterwards
          --json FILE    --html FILE              where results go besides the table
          --server-pid P the server's process on this machine, whose processor time and memory are measured
          --progress     a line of JSON on standard output every second; ends when standard input closes
          --i-own-this-server                     needed for an address that is not of this machine

        Sign-in: ACME_USER and ACME_PASSWORD, or ACME_TOKEN, in the environment (or --user, --password).
        """;

    /// <summary>Length of a round of small requests.</summary>
    public const int UsualSeconds = 5;

    private static readonly string[] Flags = ["clean", "progress", "i-own-this-server", "write"];
    private static readonly string[] Known =
    [
        "url", "workloads", "clients", "rate", "seconds", "requests", "rounds", "warm-up", "models", "json", "html", "server-pid", "user", "password",
        "catalogs", "blobs", "peers", "previous", "gate", "name",
    ];

    private readonly ILookup<string, string> _values;

    /// <exception cref="OptionException">Something is unknown, malformed or out of bounds.</exception>
    public Options(IReadOnlyList<string> words)
    {
        var values = new List<(string Key, string Value)>();
        for (var i = 0; i < words.Count; i++)
        {
            var key = words[i].StartsWith("--", StringComparison.Ordinal) ? words[i][2..] : throw new OptionException($"'{words[i]}' is not an option.{Environment.NewLine}{Help}");
            if (Flags.Contains(key)) values.Add((key, ""));
            else if (!Known.Contains(key)) throw new OptionException($"There is no option --{key}.{Environment.NewLine}{Help}");
            else if (i + 1 == words.Count) throw new OptionException($"--{key} needs a value.");
            else values.Add((key, words[++i]));
        }
        _values = values.ToLookup(v => v.Key, v => v.Value);
        Urls = [.. _values["url"].Select(Checked)];
        Workloads = [.. List("workloads", "whole").Select(w => Enum.TryParse<LoadTestWorkload>(w, true, out var parsed) && !char.IsDigit(w[0]) ? parsed : throw new OptionException($"There is no workload '{w}'."))];
    }

    /// <summary>Of the registries to measure.</summary>
    public IReadOnlyList<Uri> Urls { get; }

    public IReadOnlyList<LoadTestWorkload> Workloads { get; }

    public int Clients => Number("clients", 100, 1, 2000);

    /// <summary>Requests a second; null where clients wait for their answers.</summary>
    public double? Rate => Text("rate") is null ? null : Number("rate", 0, 1, 20_000);

    public int? Seconds => Text("seconds") is null ? null : Number("seconds", 0, 1, 3600);

    public int? Requests => Text("requests") is null ? null : Number("requests", 0, 1, 1_000_000);

    public int Rounds => Number("rounds", 3, 1, 50);

    public int WarmUp => Number("warm-up", 1, 0, 10);

    public int Models => Number("models", 500, 0, 5000);

    public int? ServerProcess => Text("server-pid") is null ? null : Number("server-pid", 0, 1, int.MaxValue);

    public bool Clean => Has("clean");

    public bool Progress => Has("progress");

    public string? User => Text("user") ?? Environment.GetEnvironmentVariable("ACME_USER");

    public string? Password => Text("password") ?? Environment.GetEnvironmentVariable("ACME_PASSWORD");

    public static string? Token => Environment.GetEnvironmentVariable("ACME_TOKEN");

    /// <summary>The only registry to measure.</summary>
    public Uri Url => Urls.Count == 1 ? Urls[0] : throw new OptionException("Give --url once.");

    public bool Has(string flag) => _values[flag].Any();

    public string? Text(string key) => _values[key].LastOrDefault();

    /// <summary>Words between commas.</summary>
    public string[] List(string key, string absent) => (Text(key) ?? absent).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private int Number(string key, int absent, int least, int most)
    {
        if (Text(key) is not { } text) return absent;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new OptionException($"--{key} is a whole number from {least} to {most}.");
    }

    /// <summary>Load is for one's own servers: what is not of this machine must be claimed.</summary>
    private Uri Checked(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) throw new OptionException($"--url '{text}' is not an HTTP address.");
        var local = IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? IPAddress.IsLoopback(address) : url.Host == "localhost";
        if (!local && !Has("i-own-this-server"))
            throw new OptionException($"{url.Host} is not this machine. A load test can look like an attack and costs its owner money: add --i-own-this-server if it is yours.");
        return url;
    }
}

/// <summary>The command line is not as it should be; the message says how it should.</summary>
internal sealed class OptionException(string message) : Exception(message);
