using System.Globalization;
using Acme.Registry.Maintenance;

namespace Acme.Standalone.Copy;

/// <summary>One line that is drawn over and over on a terminal; where the output goes elsewhere, a line every half a minute.</summary>
internal sealed class ProgressBar(TextWriter output, bool isTerminal, TimeProvider time) : IProgress<CopyProgress>
{
    private const int Width = 30;

    private readonly TimeSpan _pause = isTerminal ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(30);
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private long? _drawn;
    private CopyProgress? _last;

    /// <inheritdoc/>
    public void Report(CopyProgress value)
    {
        lock (_lock)
        {
            _last = value;
            if (_drawn is { } drawn && time.GetElapsedTime(drawn) < _pause) return;
            _drawn = time.GetTimestamp();
            Draw(value);
        }
    }

    /// <summary>Draws the last state and ends the line.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_last is { } last) Draw(last);
            if (isTerminal) output.WriteLine();
        }
    }

    private void Draw(CopyProgress progress)
    {
        // Small artifacts take time, too: a registry of cards alone would else stand at 100 % from the beginning.
        var share = (Share(progress.Bytes, progress.BytesInAll) + Share(progress.Artifacts, progress.ArtifactsInAll)) / 2;
        var filled = (int)(share * Width);
        var speed = progress.Bytes / 1e6 / Math.Max(0.001, time.GetElapsedTime(_start).TotalSeconds);
        var line = string.Create(CultureInfo.InvariantCulture,
            $"[{new string('#', filled)}{new string('-', Width - filled)}] {share:P0}  {progress.Artifacts}/{progress.ArtifactsInAll} artifacts, {progress.Bytes / 1e6:N0} of {progress.BytesInAll / 1e6:N0} MB, {speed:N0} MB/s");
        output.Write(isTerminal ? $"\r{line}\u001b[K" : line + output.NewLine);
    }

    private static double Share(long done, long all) => all == 0 ? 1 : Math.Min(1, (double)done / all);
}
