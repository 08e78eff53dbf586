using System.Text;
using Acme.Registry.Search;
using Npgsql;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>Matches names and cards of many rows one after the other in one buffer, so that a walk over all cards makes no garbage of its size.</summary>
internal sealed class TextMatcher(SearchPattern pattern)
{
    // Most artifacts have no card: the answer for them is always the same.
    private readonly bool _isFoundInNothing = pattern.IsFoundIn("");

    private byte[] _bytes = new byte[4096];
    private char[] _characters = new char[4096];

    /// <summary>Whether the pattern is found in the name or in the card, two columns with UTF-8.</summary>
    public bool IsFound(NpgsqlDataReader row, int name, int card) => IsFound(row, name) || IsFound(row, card);

    private bool IsFound(NpgsqlDataReader row, int column)
    {
        var length = (int)row.GetBytes(column, 0, _bytes, 0, _bytes.Length);
        if (length == 0) return _isFoundInNothing;
        if (length == _bytes.Length)
        {
            // There may be more.
            length = (int)row.GetBytes(column, 0, null, 0, 0);
            _bytes = new byte[2 * length];
            // UTF-8 never has more characters than bytes.
            _characters = new char[2 * length];
            row.GetBytes(column, 0, _bytes, 0, length);
        }
        return pattern.IsFoundIn(_characters.AsSpan(0, Encoding.UTF8.GetChars(_bytes.AsSpan(0, length), _characters)));
    }
}
