using Acme.Client;

namespace Acme.Web.Components;

/// <summary>What is wrong with a form that was sent: sentences, each at a field or at the form as a whole.</summary>
public sealed class Problems
{
    private readonly List<(string? Field, string Message)> _all = [];

    /// <summary>Every problem, in the order of the fields.</summary>
    public IReadOnlyList<(string? Field, string Message)> All => _all;

    /// <summary>Whether there is any.</summary>
    public bool Any => _all.Count > 0;

    /// <summary>Adds a problem.</summary>
    /// <param name="field">Id of the field's element; null for the form as a whole.</param>
    /// <param name="message">A sentence that says what to do.</param>
    public void Add(string? field, string message) => _all.Add((field, message));

    /// <summary>Adds what the registry said.</summary>
    public void Add(RegistryException refusal) => Add(null, refusal.Detail.Length > 0 ? refusal.Detail : refusal.Title);

    /// <summary>The first problem of a field; null where it has none.</summary>
    public string? Of(string field) => _all.FirstOrDefault(p => p.Field == field).Message;
}
