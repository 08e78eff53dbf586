using System.Text;
using System.Text.RegularExpressions;

namespace Acme.Registry.Licensing;

/// <summary>
/// Recognises licences by phrases that every copy of their text has, after letter case, punctuation and line breaks are taken
/// away. Where a text names several (the LGPL refers to the GPL), the title decides, which stands first.
/// </summary>
public static class LicenseTexts
{
    /// <summary>Where a title must stand, in normalised characters.</summary>
    private const int Head = 400;

    /// <param name="Id">SPDX identifier.</param>
    /// <param name="Title">Must stand near the beginning; empty for texts that are often copied without a title.</param>
    /// <param name="Phrases">Must all stand somewhere.</param>
    private sealed record Fingerprint(string Id, string Title, params string[] Phrases);

    private const string GplTerms = "terms and conditions";
    private const string MitGrant = "permission is hereby granted free of charge to any person obtaining a copy";
    private const string AsIs = "provided as is";
    private const string BsdGrant = "redistribution and use in source and binary forms";
    private const string BsdEndorsement = "to endorse or promote products derived from this software";

    /// <summary>In order: the more particular before what it contains.</summary>
    private static readonly Fingerprint[] Fingerprints =
    [
        new("AGPL-3.0-only", "gnu affero general public license version 3", GplTerms),
        new("LGPL-2.1-only", "gnu lesser general public license version 2 1"),
        new("LGPL-3.0-only", "gnu lesser general public license version 3"),
        new("LGPL-2.0-only", "gnu library general public license version 2"),
        new("GPL-3.0-only", "gnu general public license version 3", GplTerms),
        new("GPL-2.0-only", "gnu general public license version 2", GplTerms),
        new("Apache-2.0", "apache license version 2 0"),
        new("MPL-2.0", "mozilla public license version 2 0"),
        new("EPL-2.0", "eclipse public license v 2 0"),
        new("CC0-1.0", "cc0 1 0 universal"),
        new("Unlicense", "", "free and unencumbered software released into the public domain"),
        new("BSD-4-Clause", "", BsdGrant, "all advertising materials mentioning features"),
        new("BSD-3-Clause", "", BsdGrant, BsdEndorsement),
        new("BSD-2-Clause", "", BsdGrant, AsIs),
        new("ISC", "", "permission to use copy modify and or distribute this software for any purpose with or without fee is hereby granted"),
        new("MIT-0", "mit no attribution", MitGrant),
        new("MIT", "", MitGrant, "the above copyright notice and this permission notice", AsIs),
        new("BSL-1.0", "boost software license version 1 0"),
        .. CreativeCommons("4.0"),
        .. CreativeCommons("3.0"),
        new("LicenseRef-creativeml-openrail-m", "creativeml open rail m"),
        new("LicenseRef-openrail++", "creativeml open rail++ m"),
        new("LicenseRef-bigscience-bloom-rail-1.0", "bigscience rail license v1 0"),
        new("LicenseRef-bigscience-openrail-m", "bigscience open rail m"),
        new("LicenseRef-bigcode-openrail-m", "bigcode open rail m"),
        new("LicenseRef-openrail", "open rail", "use restrictions"),
        new("LicenseRef-llama3.3", "llama 3 3 community license agreement"),
        new("LicenseRef-llama3.2", "llama 3 2 community license agreement"),
        new("LicenseRef-llama3.1", "llama 3 1 community license agreement"),
        new("LicenseRef-llama3", "meta llama 3 community license agreement"),
        new("LicenseRef-llama2", "llama 2 community license agreement"),
        new("LicenseRef-gemma", "gemma terms of use"),
    ];

    /// <summary>Names by which prose calls a licence, the more particular first.</summary>
    private static readonly (Regex Name, string Id)[] Names =
    [
        Named(@"\bapache[ -]?(software )?(license)?,?[ -]?(version )?v?2(\.0)?\b", "Apache-2.0"),
        Named(@"\b(agpl|affero general public license)[ -]?(version )?v?3(\.0)?\b", "AGPL-3.0-only"),
        Named(@"\b(lgpl|lesser general public license)[ -]?(version )?v?3(\.0)?\b", "LGPL-3.0-only"),
        Named(@"\b(lgpl|lesser general public license)[ -]?(version )?v?2\.1\b", "LGPL-2.1-only"),
        Named(@"\b(gpl|general public license)[ -]?(version )?v?3(\.0)?\b", "GPL-3.0-only"),
        Named(@"\b(gpl|general public license)[ -]?(version )?v?2(\.0)?\b", "GPL-2.0-only"),
        Named(@"\bcc[ -]by[ -]nc[ -]nd[ -]4\.0\b", "CC-BY-NC-ND-4.0"),
        Named(@"\bcc[ -]by[ -]nc[ -]sa[ -]4\.0\b", "CC-BY-NC-SA-4.0"),
        Named(@"\bcc[ -]by[ -]nc[ -]4\.0\b", "CC-BY-NC-4.0"),
        Named(@"\bcc[ -]by[ -]sa[ -]4\.0\b", "CC-BY-SA-4.0"),
        Named(@"\bcc[ -]by[ -]4\.0\b", "CC-BY-4.0"),
        Named(@"\bcc0\b", "CC0-1.0"),
        Named(@"\bmpl[ -]2\.0\b", "MPL-2.0"),
        Named(@"\bbsd[ -](2[ -]clause)\b", "BSD-2-Clause"),
        Named(@"\bbsd[ -](3[ -]clause)\b", "BSD-3-Clause"),
        Named(@"\bcreativeml[ -]open[ -]?rail", "LicenseRef-creativeml-openrail-m"),
        Named(@"\bbigscience[ -]open[ -]?rail", "LicenseRef-bigscience-openrail-m"),
        Named(@"\bopen[ -]?rail", "LicenseRef-openrail"),
        Named(@"\bmit\b", "MIT"),
    ];

    /// <summary>The licence a text is, or nothing when it is none that the registry knows.</summary>
    public static string? Recognise(string text)
    {
        var normalised = Normalise(text);
        var head = normalised[..Math.Min(Head, normalised.Length)];
        return Fingerprints.FirstOrDefault(f =>
            head.Contains(f.Title, StringComparison.Ordinal) && f.Phrases.All(p => normalised.Contains(p, StringComparison.Ordinal)))?.Id;
    }

    /// <summary>The licence that a short prose ("released under the Apache 2.0 license") names first, or nothing.</summary>
    public static string? NamedIn(string prose) =>
        Names.Select(n => (n.Id, Match: n.Name.Match(prose))).Where(n => n.Match.Success).OrderBy(n => n.Match.Index).Select(n => n.Id).FirstOrDefault();

    private static (Regex, string) Named(string pattern, string id) => (new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), id);

    private static IEnumerable<Fingerprint> CreativeCommons(string version)
    {
        var words = version.Replace('.', ' ');
        foreach (var (id, title) in new[]
        {
            ("NC-ND", "attribution noncommercial noderivatives"), ("NC-SA", "attribution noncommercial sharealike"),
            ("NC", "attribution noncommercial"), ("ND", "attribution noderivatives"), ("SA", "attribution sharealike"), ("", "attribution"),
        })
        {
            yield return new($"CC-BY-{id}{(id.Length > 0 ? "-" : "")}{version}", $"{title} {words}", "creative commons");
        }
    }

    private static string Normalise(string text)
    {
        var normalised = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) || c == '+') normalised.Append(char.ToLowerInvariant(c));
            else if (normalised.Length > 0 && normalised[^1] != ' ') normalised.Append(' ');
        }
        return normalised.ToString();
    }
}
