using System.Globalization;

namespace Acme.Registry.Search;

/// <summary>
/// Reads the syntax of .NET regular expressions just far enough to tell which characters a match must contain. What it does not know for
/// certain becomes <see cref="PatternPart.Unknown"/>; what could change the meaning of the rest makes it give up.
/// </summary>
internal sealed class PatternParser
{
    private readonly string _pattern;
    private int _position;
    private bool _ignoreCase;
    private bool _givenUp;

    private PatternParser(string pattern) => _pattern = pattern;

    /// <summary>The parts of the pattern, or null when it has given up.</summary>
    public static PatternPart? Parse(string pattern)
    {
        var parser = new PatternParser(pattern);
        var parsed = parser.ReadAlternatives();
        return parser._givenUp || parser._position < pattern.Length ? null : parsed;
    }

    private bool AtEnd => _givenUp || _position >= _pattern.Length;

    private char Current => _pattern[_position];

    /// <summary>Reads up to the closing bracket of the group (not included) or the end.</summary>
    private PatternPart ReadAlternatives()
    {
        var branches = new List<PatternPart>();
        var parts = new List<PatternPart>();
        while (!AtEnd && Current != ')')
        {
            if (Current == '|')
            {
                _position++;
                branches.Add(new PatternPart.Sequence(parts));
                parts = [];
                continue;
            }
            if (ReadUnit() is { } unit) AddRepeated(unit, parts);
        }
        if (branches.Count == 0) return new PatternPart.Sequence(parts);
        branches.Add(new PatternPart.Sequence(parts));
        return new PatternPart.Choice(branches);
    }

    /// <summary>One character, class, group or anchor; null for what stands for nothing, such as an inline option.</summary>
    private PatternPart? ReadUnit()
    {
        var c = _pattern[_position++];
        switch (c)
        {
            case '(':
                return ReadGroup();
            case '[':
                return ReadClass();
            case '\\':
                return ReadEscape();
            case '.':
            case '^':
            case '$':
                return PatternPart.Unknown;
            case '*':
            case '+':
            case '?':
                return GiveUp();
            default:
                return Literal(c);
        }
    }

    /// <summary>
    /// A part that may be missing says nothing; one that occurs at least once is certain, but what follows need not touch it.
    /// </summary>
    private void AddRepeated(PatternPart unit, List<PatternPart> parts)
    {
        if (AtEnd || !TryReadQuantifier(out var atLeastOnce))
        {
            parts.Add(unit);
            return;
        }
        if (!AtEnd && Current == '?') _position++;
        if (atLeastOnce) parts.Add(unit);
        parts.Add(PatternPart.Unknown);
    }

    private bool TryReadQuantifier(out bool atLeastOnce)
    {
        atLeastOnce = Current == '+';
        if (Current is '*' or '+' or '?')
        {
            _position++;
            return true;
        }
        if (Current != '{') return false;

        // {n}, {n,} or {n,m}; any other brace is a literal.
        var i = _position + 1;
        var digits = i;
        while (i < _pattern.Length && char.IsAsciiDigit(_pattern[i])) i++;
        if (i == digits) return false;
        atLeastOnce = _pattern.AsSpan(digits, i - digits).ContainsAnyExcept('0');
        if (i < _pattern.Length && _pattern[i] == ',')
        {
            i++;
            while (i < _pattern.Length && char.IsAsciiDigit(_pattern[i])) i++;
        }
        if (i >= _pattern.Length || _pattern[i] != '}') return false;
        _position = i + 1;
        return true;
    }

    private PatternPart? ReadGroup()
    {
        var outerIgnoreCase = _ignoreCase;
        if (!AtEnd && Current == '?')
        {
            _position++;
            if (!ReadGroupKind(out var isOptionOnly)) return GiveUp();

            // It holds until the surrounding group ends.
            if (isOptionOnly) return null;
        }
        var contents = ReadAlternatives();
        if (AtEnd) return GiveUp();
        _position++;
        _ignoreCase = outerIgnoreCase;
        return contents;
    }

    /// <summary>What stands between <c>(?</c> and the contents of the group: nothing but a name or options is understood.</summary>
    private bool ReadGroupKind(out bool isOptionOnly)
    {
        isOptionOnly = false;
        if (AtEnd) return false;
        if (Current is '<' or '\'')
        {
            var close = Current == '<' ? '>' : '\'';
            var name = ++_position;
            while (!AtEnd && (char.IsAsciiLetterOrDigit(Current) || Current == '_')) _position++;
            return _position > name && !AtEnd && _pattern[_position++] == close;
        }

        var on = true;
        while (!AtEnd)
        {
            var c = _pattern[_position++];
            switch (char.ToLowerInvariant(c))
            {
                case ':':
                    return true;
                case ')':
                    isOptionOnly = true;
                    return true;
                case '-':
                    on = false;
                    break;
                case '+':
                    on = true;
                    break;
                case 'i':
                    _ignoreCase = on;
                    break;
                case 'x' when !on:
                case 'm' or 'n' or 's':
                    break;
                default:
                    // Look-around, atomic groups, conditions and comments; and "x", which changes what white space means.
                    return false;
            }
        }
        return false;
    }

    /// <summary>A class of one character is that character; any other is unknown.</summary>
    private PatternPart? ReadClass()
    {
        var negated = !AtEnd && Current == '^';
        if (negated) _position++;
        var start = _position;
        while (!AtEnd && (Current != ']' || _position == start))
        {
            // A bracket may begin a subtraction, and "\c]" is a control character.
            if (Current == '[') return GiveUp();
            if (Current == '\\')
            {
                _position++;
                if (AtEnd || Current is 'c' or 'C') return GiveUp();
            }
            _position++;
        }
        if (AtEnd) return GiveUp();
        var contents = _pattern.AsSpan(start, _position - start);
        _position++;

        return negated ? PatternPart.Unknown
            : contents is [not '\\'] ? Literal(contents[0])
            : contents is ['\\', var escaped] && !char.IsAsciiLetterOrDigit(escaped) ? Literal(escaped)
            // [xX]: indexes ignore the case of ASCII letters, and here nothing but these two is meant.
            : !_ignoreCase && contents is [var one, var other] && char.IsAsciiLetter(one) && (one ^ other) == 0x20 ? new PatternPart.Character(char.ToLowerInvariant(one))
            : PatternPart.Unknown;
    }

    private PatternPart? ReadEscape()
    {
        if (AtEnd) return GiveUp();
        var c = _pattern[_position++];
        switch (c)
        {
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'b' or 'B' or 'A' or 'G' or 'z' or 'Z':
                return PatternPart.Unknown;
            case 'p' or 'P':
                var close = _pattern.IndexOf('}', _position);
                if (AtEnd || Current != '{' || close < 0) return GiveUp();
                _position = close + 1;
                return PatternPart.Unknown;
            case 't':
                return Literal('\t');
            case 'n':
                return Literal('\n');
            case 'r':
                return Literal('\r');
            case 'a' or 'e' or 'f' or 'v':
                return PatternPart.Unknown;
            case 'x':
                return ReadHexadecimal(2);
            case 'u':
                return ReadHexadecimal(4);
            default:
                // The rest of the letters and digits are back-references, octal numbers, control characters, or not valid.
                return c == '_' || char.IsLetterOrDigit(c) ? GiveUp() : Literal(c);
        }
    }

    private PatternPart? ReadHexadecimal(int digits)
    {
        if (_pattern.Length - _position < digits) return GiveUp();
        var text = _pattern.AsSpan(_position, digits);
        if (!ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return GiveUp();
        _position += digits;
        return Literal((char)value);
    }

    /// <summary>
    /// A character, where every index agrees with the regular expression on what equals it. With letter case ignored that leaves ASCII,
    /// and there without k, i and s: the Kelvin sign, the dotted İ and the long ſ fold to them in some tables and not in others.
    /// Surrogates and NUL are no characters of their own to an index.
    /// </summary>
    private PatternPart Literal(char c)
    {
        var disputed = char.IsSurrogate(c) || c == '\0' || (_ignoreCase && (!char.IsAscii(c) || (char)(c | 0x20) is 'k' or 'i' or 's'));
        return disputed ? PatternPart.Unknown : new PatternPart.Character(c);
    }

    private PatternPart? GiveUp()
    {
        _givenUp = true;
        return null;
    }
}
