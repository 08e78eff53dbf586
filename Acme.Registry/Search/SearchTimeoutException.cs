namespace Acme.Registry.Search;

/// <summary>A search took longer than its time limit; a pattern with a literal of three characters or more is answered from an index.</summary>
public sealed class SearchTimeoutException(TimeSpan limit)
    : Exception($"The search took longer than {limit.TotalSeconds:0.#} s. Add a literal of three or more characters to the pattern.");
