using System.Text;

namespace Acme.Registry.Scoring.Facts;

/// <summary>
/// The structure of a card's Markdown, as far as ratings need it: sections, fenced code and tables. Read line by line, in time
/// linear in its length, whatever the text.
/// </summary>
public sealed class CardDocument
{
    private CardDocument(IReadOnlyList<CardSection> sections, IReadOnlyList<CodeBlock> code, IReadOnlyList<CardTable> tables)
    {
        Sections = sections;
        Code = code;
        Tables = tables;
        _byLine = new(() => sections.ToDictionary(s => s.Line));
    }

    private const int LeastWordsInTemplate = 25;

    private readonly Lazy<Dictionary<int, CardSection>> _byLine;

    /// <summary>The sections in order; the first has no heading when the card begins with text.</summary>
    public IReadOnlyList<CardSection> Sections { get; }

    /// <summary>The fenced code blocks in order.</summary>
    public IReadOnlyList<CodeBlock> Code { get; }

    /// <summary>The tables in order.</summary>
    public IReadOnlyList<CardTable> Tables { get; }

    /// <summary>Words of prose outside of code, tables and comments; what a template leaves does not count.</summary>
    public int Words => Sections.Sum(s => s.Words);

    /// <summary>Reads a card, metadata and all.</summary>
    public static CardDocument Parse(string card)
    {
        var (body, firstLine) = FrontMatterParser.Body(card);
        var sections = new List<CardSection>();
        var code = new List<CodeBlock>();
        var tables = new List<CardTable>();
        var lines = body.Split('\n');

        var heading = "";
        var headingLine = firstLine;
        var level = 0;
        var hasBlock = false;
        var isComment = false;
        var prose = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = WithoutComments(lines[i], ref isComment).TrimEnd();
            if (Fence(line) is { } fence)
            {
                hasBlock = true;
                var end = i + 1;
                while (end < lines.Length && !Closes(lines[end], fence.Mark)) end++;
                code.Add(new(fence.Language, string.Join('\n', lines[(i + 1)..Math.Min(end, lines.Length)].Select(l => l.TrimEnd('\r'))), firstLine + i + 1));
                i = end;
            }
            else if (Heading(line) is { } text)
            {
                Close();
                (heading, headingLine, level) = (text, firstLine + i, line.Length - line.AsSpan().TrimStart('#').Length);
            }
            else if (line.Contains('|') && i + 1 < lines.Length && IsTableRule(lines[i + 1]))
            {
                var header = Cells(line);
                var rows = new List<IReadOnlyList<string>>();
                var start = i;
                for (i += 2; i < lines.Length && lines[i].Contains('|'); i++) rows.Add(Cells(lines[i]));
                i--;
                hasBlock = true;
                tables.Add(new(header, rows, firstLine + start, headingLine));
            }
            else
            {
                prose.Add(line);
            }
        }
        Close();
        return new(sections, code, tables);

        void Close()
        {
            var text = string.Join('\n', prose);
            var words = CountWords(Placeholder.Remove(text));
            var isWritten = hasBlock || words >= (Placeholder.IsIn(text) ? LeastWordsInTemplate : 1);
            if (heading.Length > 0 || words > 0) sections.Add(new(heading, headingLine, level, text, words, isWritten));
            (prose, hasBlock) = ([], false);
        }
    }

    /// <summary>
    /// The first section whose heading contains one of the words, letter case ignored, and in which, or in the sections below it, somebody
    /// wrote something: prose, code or a table, and not only what a template left.
    /// </summary>
    public CardSection? Section(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < Sections.Count; i++)
        {
            foreach (var word in words)
            {
                if (Sections[i].Heading.Contains(word, StringComparison.OrdinalIgnoreCase) && IsWritten(i)) return Sections[i];
            }
        }
        return null;
    }

    /// <summary>The section that a table stands in; nothing where that has neither heading nor prose.</summary>
    public CardSection? SectionOf(CardTable table) => _byLine.Value.GetValueOrDefault(table.SectionLine);

    private bool IsWritten(int index)
    {
        for (var i = index; i < Sections.Count && (i == index || Sections[i].Level > Sections[index].Level); i++)
        {
            if (Sections[i].IsWritten) return true;
        }
        return false;
    }

    /// <summary>The line without what stands in HTML comments, which may go on over lines.</summary>
    private static string WithoutComments(string line, ref bool isComment)
    {
        if (!isComment && !line.Contains("<!--", StringComparison.Ordinal)) return line;
        var kept = new StringBuilder();
        for (var at = 0; at < line.Length;)
        {
            var next = line.IndexOf(isComment ? "-->" : "<!--", at, StringComparison.Ordinal);
            if (!isComment) kept.Append(line.AsSpan(at, (next < 0 ? line.Length : next) - at));
            if (next < 0) break;
            at = next + (isComment ? 3 : 4);
            isComment = !isComment;
        }
        return kept.ToString();
    }

    private static (string Mark, string Language)? Fence(string line)
    {
        var text = line.AsSpan().TrimStart();
        if (line.Length - text.Length > 3 || text.Length < 3 || text[0] is not ('`' or '~')) return null;
        var rest = text.TrimStart(text[0]);
        var mark = text[..^rest.Length];
        if (mark.Length < 3 || (mark[0] == '`' && rest.Contains('`'))) return null;
        var language = rest.Trim();
        var end = language.IndexOfAny(" ,{:");
        return (mark.ToString(), (end < 0 ? language : language[..end]).ToString().ToLowerInvariant());
    }

    private static bool Closes(string line, string mark)
    {
        var text = line.AsSpan().Trim();
        return text.Length >= mark.Length && text.TrimStart(mark[0]).Length == 0;
    }

    private static string? Heading(string line)
    {
        var text = line.AsSpan().TrimStart('#');
        var level = line.Length - text.Length;
        return level is >= 1 and <= 6 && text.Length > 0 && text[0] is ' ' or '\t' ? text.Trim().TrimEnd('#').Trim(" *_:").ToString() : null;
    }

    private static bool IsTableRule(string line) =>
        line.Contains('-') && line.Contains('|') && line.AsSpan().Trim().IndexOfAnyExcept("|-: \t") < 0;

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries).Take(50)];

    private static int CountWords(string line)
    {
        var words = 0;
        var inside = false;
        foreach (var c in line)
        {
            var letter = char.IsLetterOrDigit(c);
            if (letter && !inside) words++;
            inside = letter || c is '\'' or '-' or '.' or '/' or '_';
        }
        return words;
    }
}

/// <summary>A heading and the prose up to the next one.</summary>
/// <param name="Heading">Without marks; empty for what comes before the first heading.</param>
/// <param name="Line">Line of the card, from 1.</param>
/// <param name="Level">1 for the heading of a chapter, 6 for the least; 0 without one.</param>
/// <param name="Text">The prose, without code, tables and comments.</param>
/// <param name="Words">Words of the prose, without what a template left.</param>
/// <param name="IsWritten">Whether it holds more than a template leaves: prose, code or a table.</param>
public sealed record CardSection(string Heading, int Line, int Level, string Text, int Words, bool IsWritten);

/// <summary>A fenced code block.</summary>
/// <param name="Language">The word after the fence, in lower case; empty without one.</param>
/// <param name="Text">The code.</param>
/// <param name="Line">First line of the code in the card, from 1.</param>
public sealed record CodeBlock(string Language, string Text, int Line);

/// <summary>A table.</summary>
/// <param name="Header">Its header cells.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Line">Line of the header in the card, from 1.</param>
/// <param name="SectionLine">Line of the section that it stands in.</param>
public sealed record CardTable(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, int Line, int SectionLine);
