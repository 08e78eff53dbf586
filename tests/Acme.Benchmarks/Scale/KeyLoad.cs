namespace Acme.Benchmarks.Scale;

/// <summary>Units that each key takes, second by second, of which the busiest second is kept.</summary>
internal sealed class KeyLoad
{
    private readonly Counter _reads = new();
    private readonly Counter _writes = new();
    private readonly Counter _gets = new();

    /// <summary>Read units of all keys and seconds.</summary>
    public double Reads => _reads.Total;

    /// <summary>Write units of all keys and seconds.</summary>
    public double Writes => _writes.Total;

    /// <summary>How often a token was read again.</summary>
    public long Verifications { get; set; }

    public void Read(string key, double units) => _reads.Add(key, units);

    public void Write(string key, double units) => _writes.Add(key, units);

    public void Get(string prefix) => _gets.Add(prefix, 1);

    public void EndSecond()
    {
        foreach (var counter in new[] { _reads, _writes, _gets }) counter.EndSecond();
    }

    public IEnumerable<(string Key, double Units)> BusiestReads(int count) => _reads.Busiest(count);

    public IEnumerable<(string Key, double Units)> BusiestWrites(int count) => _writes.Busiest(count);

    public IEnumerable<(string Key, double Units)> BusiestGets(int count) => _gets.Busiest(count);

    private sealed class Counter
    {
        private readonly Dictionary<string, double> _now = [];
        private readonly Dictionary<string, double> _most = [];

        public double Total { get; private set; }

        public void Add(string key, double units)
        {
            _now[key] = _now.GetValueOrDefault(key) + units;
            Total += units;
        }

        public void EndSecond()
        {
            foreach (var (key, units) in _now) _most[key] = Math.Max(units, _most.GetValueOrDefault(key));
            _now.Clear();
        }

        public IEnumerable<(string Key, double Units)> Busiest(int count) => _most.OrderByDescending(m => m.Value).Take(count).Select(m => (m.Key, m.Value));
    }
}
