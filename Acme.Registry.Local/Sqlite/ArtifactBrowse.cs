using System.Text.Json;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;

namespace Acme.Registry.Local.Sqlite;

/// <summary>
/// Walks the range of the rarest label of a query that has one in the query's order, and checks the other conditions artifact by artifact until the
/// page is full. Where a label, the pattern or the score leave only few artifacts, those are looked up first and put in order.
/// </summary>
internal sealed class ArtifactBrowse
{
    // So many are looked up and sorted in about the time in which a walk fills a page when one in a hundred fits.
    private const int Few = 8192;

    // So many are walked before the score's own range is looked at, in about the time in which a thousand of that are put in order.
    private const int Head = 1024;

    private readonly SqliteSession _session;
    private readonly DecodedArtifacts _decoded;
    private readonly ArtifactQuery _query;
    private readonly ArtifactOrdering _ordering;
    private readonly List<(string Text, (long Id, long Count) Label)> _labels;
    private readonly (long Id, long Count) _rarest;
    private readonly long _walked;
    private readonly List<string> _conditions = [];
    private readonly List<(string Name, object? Value)> _parameters = [];
    private readonly string? _beyond;

    private ArtifactBrowse(SqliteSession session, DecodedArtifacts decoded, ArtifactQuery query, ArtifactPlace? after)
    {
        _session = session;
        _decoded = decoded;
        _query = query;
        _ordering = ArtifactOrdering.Of(query.Order);

        var types = query.Types.Distinct().Select(ArtifactIndex.OfType).ToList();
        List<string> texts = [.. query.Labels.Distinct(StringComparer.Ordinal).Select(ArtifactIndex.Of)];
        texts.Add(types.Count == 1 ? types[0] : ArtifactIndex.Everything);
        _labels = [.. texts.Select(text => (text, ArtifactIndex.Count(session, text))).OrderBy(label => label.Item2.Count)];
        _rarest = _labels[0].Label;
        _walked = RarestIn(_ordering);

        foreach (var (text, (id, _)) in _labels) if (id != _walked && text != ArtifactIndex.Everything) _conditions.Add(Has(id));
        if (types.Count > 1) _conditions.Add($"({string.Join(" OR ", types.Select(type => Has(ArtifactIndex.Count(session, type).Id)))})");
        if (query.MinNetScore is { } min) _conditions.Add($"net_score >= {Parameter(min)}");
        if (after is not null) _conditions.Add(_beyond = $"(place.key, place.seq) {_ordering.Beyond} ({Parameter(after.Key)}, {Parameter(after.Seq)})");
    }

    // That of everything or of the type is among the labels, and has a range in every order.
    private long RarestIn(ArtifactOrdering ordering) => _labels.First(label => ordering.HasRange(label.Text)).Label.Id;

    /// <summary>The first artifacts after a place that meet the query.</summary>
    /// <exception cref="SearchTimeoutException">It took longer than the time limit in all.</exception>
    public static List<FoundArtifact> Run(
        SqliteSession session, DecodedArtifacts decoded, ArtifactQuery query, ArtifactPlace? after, int limit, TimeSpan timeLimit, CancellationToken cancellationToken) =>
        TimeLimited.Run(session, timeLimit, check =>
        {
            var browse = new ArtifactBrowse(session, decoded, query, after);
            // A label that no artifact has is not in the table.
            if (browse._rarest.Count == 0) return [];
            return browse.WalkHead(limit, check) ?? (browse.FewCandidates() is { } few ? browse.LookUp(few, limit, check) : browse.Walk(limit, check));
        }, cancellationToken);

    /// <summary>
    /// The page, where there is a least score and the first of the range fill it: then there is no need to put all that have the score in order. Null where
    /// they do not.
    /// </summary>
    private List<FoundArtifact>? WalkHead(int limit, Action check)
    {
        if (_query is { MinNetScore: null } or { Pattern: not null } or { Order: ArtifactOrder.NetScore }) return null;
        // Conditions are told of each artifact and not left to the statement, so that the steps can be counted.
        var fitsAll = string.Join(" AND ", _conditions.Where(condition => condition != _beyond));
        using var row = _session.Command(
            $"""
            SELECT place.seq, {fitsAll}
            FROM {_ordering.Table} AS place
            CROSS JOIN artifact_index AS indexed ON indexed.seq = place.seq
            WHERE place.label = {Parameter(_walked)}{(_beyond is null ? "" : $" AND {_beyond}")}
            {InOrder}
            """,
            [.. _parameters]).ExecuteReader();
        List<long> fits = [];
        for (var steps = 0; fits.Count < limit; steps++)
        {
            if (!row.Read()) break;
            if (steps == Head) return null;
            check();
            if (row.GetBoolean(1)) fits.Add(row.GetInt64(0));
        }
        return Read(fits, limit, check);
    }

    private List<long>? FewCandidates()
    {
        if (_rarest.Count <= Few)
        {
            return _rarest.Id == _walked ? null : _session.All(row => row.GetInt64(0), "SELECT seq FROM label_by_newest WHERE label = @label", ("@label", _rarest.Id));
        }
        if (_query.Pattern is { } pattern && TextIndex.Expression(pattern.Literals) is { } match
            && AtMostFew("SELECT rowid FROM artifact_text WHERE artifact_text MATCH @match LIMIT @few", ("@match", match)) is { } found) return found;
        // In the order of the score they are the first ones anyway.
        return _query is { MinNetScore: { } min, Order: not ArtifactOrder.NetScore }
            ? AtMostFew("SELECT seq FROM label_by_score WHERE label = @label AND key >= @min LIMIT @few", ("@label", RarestIn(ArtifactOrdering.Of(ArtifactOrder.NetScore))), ("@min", min))
            : null;

        List<long>? AtMostFew(string sql, params ReadOnlySpan<(string, object?)> parameters)
        {
            var all = _session.All(row => row.GetInt64(0), sql, [.. parameters, ("@few", Few + 1)]);
            return all.Count > Few ? null : all;
        }
    }

    private List<FoundArtifact> LookUp(List<long> candidates, int limit, Action check)
    {
        var ordered = _session.All(
            row => row.GetInt64(0),
            $"""
            SELECT place.seq
            FROM json_each({Parameter(JsonSerializer.Serialize(candidates))}) AS candidate
            CROSS JOIN (SELECT seq, {_ordering.Column} AS key, net_score, labels FROM artifact_index) AS place ON place.seq = candidate.value
            WHERE {Conditions(Has(_walked))}
            {InOrder}
            """,
            [.. _parameters]);
        return Read(ordered, limit, check);
    }

    private List<FoundArtifact> Read(List<long> ordered, int limit, Action check)
    {
        List<FoundArtifact> found = [];
        foreach (var seq in ordered)
        {
            if (found.Count == limit) break;
            check();
            using var row = _session.Command($"SELECT {Columns} FROM artifact {Card} WHERE artifact.seq = @seq", ("@seq", seq)).ExecuteReader();
            if (row.Read()) AddIfMatches(found, row);
        }
        return found;
    }

    private List<FoundArtifact> Walk(int limit, Action check)
    {
        using var row = _session.Command(
            $"""
            SELECT {Columns}
            FROM {_ordering.Table} AS place
            CROSS JOIN artifact_index AS indexed ON indexed.seq = place.seq
            CROSS JOIN artifact ON artifact.seq = place.seq {Card}
            WHERE {Conditions($"place.label = {Parameter(_walked)}")}
            {InOrder}
            """,
            [.. _parameters]).ExecuteReader();
        List<FoundArtifact> found = [];
        while (found.Count < limit && row.Read())
        {
            check();
            AddIfMatches(found, row);
        }
        return found;
    }

    private string Columns => $"artifact.seq, artifact.document, artifact.version, artifact.name{(_query.Pattern is null ? "" : ", card.text")}";

    private string Card => _query.Pattern is null ? "" : "CROSS JOIN card ON card.seq = artifact.seq";

    private string InOrder => $"ORDER BY place.key {_ordering.Direction}, place.seq {_ordering.Direction}";

    private string Conditions(string first) => string.Join(" AND ", [first, .. _conditions]);

    private string Has(long label) => $"instr(labels, {Parameter(ArtifactIndex.Mark(label))}) > 0";

    // Values are never part of the text, so that there are few texts and each is prepared once.
    private string Parameter(object value)
    {
        var name = $"@p{_parameters.Count}";
        _parameters.Add((name, value));
        return name;
    }

    private void AddIfMatches(List<FoundArtifact> found, SqliteDataReader row)
    {
        if (_query.Pattern is { } pattern && !pattern.IsFoundIn(row.GetString(3)) && !pattern.IsFoundIn(row.GetString(4))) return;
        found.Add(new(row.GetInt64(0), _decoded.Read(row, 1, 2).Item));
    }
}
