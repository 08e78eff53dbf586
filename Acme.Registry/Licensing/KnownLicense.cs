namespace Acme.Registry.Licensing;

/// <summary>
/// The terms under which a work may go out that contains something under a licence: kept apart, each part under its own, or as a
/// whole under a copyleft licence. Two licences fit together when they have one of these in common.
/// </summary>
[Flags]
public enum OutboundTerms
{
    /// <summary>It may not be combined and passed on at all.</summary>
    None = 0,

    /// <summary>Each part keeps its own licence.</summary>
    Separate = 1,

    /// <summary>The whole under GPL-2.0.</summary>
    Gpl2 = 2,

    /// <summary>The whole under GPL-3.0.</summary>
    Gpl3 = 4,

    /// <summary>The whole under AGPL-3.0.</summary>
    Agpl3 = 8,
}

/// <summary>How much freedom a licence leaves, from the most to the least.</summary>
public enum LicenseFamily
{
    /// <summary>Hardly a condition but to keep the notice.</summary>
    Permissive,

    /// <summary>Changes to the work itself stay under its licence; what uses it is free.</summary>
    WeakCopyleft,

    /// <summary>Whatever contains it comes under its licence.</summary>
    StrongCopyleft,

    /// <summary>Free for all but listed uses (OpenRAIL, Llama, Gemma).</summary>
    UseRestricted,

    /// <summary>Only for uses that earn nothing.</summary>
    NonCommercial,

    /// <summary>Changed versions must not be passed on.</summary>
    NoDerivatives,
}

/// <summary>A licence whose terms the registry knows.</summary>
/// <param name="Id">SPDX identifier, or <c>LicenseRef-...</c> where SPDX has none.</param>
/// <param name="Family">How much freedom it leaves.</param>
/// <param name="Terms">Under what a work that contains it may go out.</param>
public sealed record KnownLicense(string Id, LicenseFamily Family, OutboundTerms Terms)
{
    private const OutboundTerms Any = OutboundTerms.Separate | OutboundTerms.Gpl2 | OutboundTerms.Gpl3 | OutboundTerms.Agpl3;
    private const OutboundTerms Version3 = OutboundTerms.Separate | OutboundTerms.Gpl3 | OutboundTerms.Agpl3;

    /// <summary>Every licence the registry knows.</summary>
    public static IReadOnlyList<KnownLicense> All { get; } =
    [
        .. Of(LicenseFamily.Permissive, Any, "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "BSL-1.0", "0BSD", "Unlicense", "CC0-1.0", "PDDL-1.0", "WTFPL", "PostgreSQL", "NCSA", "Python-2.0", "BSD-3-Clause-Clear", "LicenseRef-pd"),
        // Apache's patent and indemnity terms are "further restrictions" to GPL-2.0, not to GPL-3.0 (gnu.org/licenses/license-list).
        .. Of(LicenseFamily.Permissive, Version3, "Apache-2.0", "AFL-3.0", "ECL-2.0", "CC-BY-4.0", "ODC-By-1.0"),
        .. Of(LicenseFamily.Permissive, OutboundTerms.Separate, "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "MS-PL", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "BSD-4-Clause", "Apache-1.1", "Artistic-2.0", "LPPL-1.3c", "C-UDA-1.0", "etalab-2.0", "LicenseRef-openmdw-1.0"),
        .. Of(LicenseFamily.WeakCopyleft, Any, "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-2.0-only", "LGPL-2.0-or-later", "MPL-2.0"),
        .. Of(LicenseFamily.WeakCopyleft, Version3, "LGPL-3.0-only", "LGPL-3.0-or-later"),
        .. Of(LicenseFamily.WeakCopyleft, OutboundTerms.Separate, "EPL-1.0", "EPL-2.0", "CDDL-1.0", "CDLA-Sharing-1.0", "CC-BY-SA-3.0", "ODbL-1.0", "OFL-1.1", "EUPL-1.1", "EUPL-1.2", "OSL-3.0", "GFDL-1.3-or-later", "LicenseRef-lgpl-lr"),
        // Creative Commons declares BY-SA 4.0 one-way compatible with GPL-3.0 (creativecommons.org/compatiblelicenses).
        .. Of(LicenseFamily.WeakCopyleft, OutboundTerms.Separate | OutboundTerms.Gpl3, "CC-BY-SA-4.0"),
        .. Of(LicenseFamily.StrongCopyleft, OutboundTerms.Gpl2, "GPL-2.0-only"),
        .. Of(LicenseFamily.StrongCopyleft, OutboundTerms.Gpl2 | OutboundTerms.Gpl3 | OutboundTerms.Agpl3, "GPL-2.0-or-later"),
        .. Of(LicenseFamily.StrongCopyleft, OutboundTerms.Gpl3 | OutboundTerms.Agpl3, "GPL-3.0-only", "GPL-3.0-or-later"),
        .. Of(LicenseFamily.StrongCopyleft, OutboundTerms.Agpl3, "AGPL-3.0-only", "AGPL-3.0-or-later"),
        .. Of(LicenseFamily.UseRestricted, OutboundTerms.Separate,
            "LicenseRef-openrail", "LicenseRef-openrail++", "LicenseRef-creativeml-openrail-m", "LicenseRef-bigscience-openrail-m",
            "LicenseRef-bigscience-bloom-rail-1.0", "LicenseRef-bigcode-openrail-m", "LicenseRef-llama2", "LicenseRef-llama3", "LicenseRef-llama3.1",
            "LicenseRef-llama3.2", "LicenseRef-llama3.3", "LicenseRef-llama4", "LicenseRef-gemma", "LicenseRef-deepfloyd-if-license", "LicenseRef-grok2-community"),
        .. Of(LicenseFamily.NonCommercial, OutboundTerms.None,
            "CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-2.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "LicenseRef-fair-noncommercial-research-license",
            "LicenseRef-apple-amlr", "LicenseRef-apple-ascl", "LicenseRef-intel-research", "LicenseRef-h-research"),
        .. Of(LicenseFamily.NoDerivatives, OutboundTerms.None, "CC-BY-ND-4.0", "CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0"),
    ];

    private static readonly Dictionary<string, KnownLicense> ById = All.ToDictionary(l => l.Id, StringComparer.OrdinalIgnoreCase);

    /// <summary>The licence with this identifier, letter case ignored, or nothing.</summary>
    public static KnownLicense? Find(string id) => ById.GetValueOrDefault(id);

    private static IEnumerable<KnownLicense> Of(LicenseFamily family, OutboundTerms terms, params string[] ids) => ids.Select(id => new KnownLicense(id, family, terms));
}
