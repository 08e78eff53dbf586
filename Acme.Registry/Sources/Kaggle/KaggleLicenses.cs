using System.Text.RegularExpressions;

namespace Acme.Registry.Sources.Kaggle;

/// <summary>The licences that Kaggle offers, by the names that it shows.</summary>
internal static partial class KaggleLicenses
{
    private static readonly Dictionary<string, string> Spdx = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CC0: Public Domain"] = "CC0-1.0",
        ["Apache 2.0"] = "Apache-2.0",
        ["MIT"] = "MIT",
        ["GPL 2"] = "GPL-2.0-only",
        ["GPL 3"] = "GPL-3.0-only",
        ["GNU Lesser General Public License 3.0"] = "LGPL-3.0-only",
        ["GNU Affero General Public License 3.0"] = "AGPL-3.0-only",
        ["Database: Open Database, Contents: Database Contents"] = "ODbL-1.0",
        ["Database: Open Database, Contents: © Original Authors"] = "ODbL-1.0",
        ["ODC Public Domain Dedication and Licence (PDDL)"] = "PDDL-1.0",
        ["ODC Attribution License (ODC-By)"] = "ODC-By-1.0",
        ["Community Data License Agreement - Permissive - Version 1.0"] = "CDLA-Permissive-1.0",
        ["Community Data License Agreement - Sharing - Version 1.0"] = "CDLA-Sharing-1.0",
    };

    /// <summary>The SPDX identifier for a name; null for those that stand for no licence in particular, such as <c>Unknown</c>.</summary>
    public static string? ToSpdx(string name)
    {
        if (Spdx.TryGetValue(name.Trim(), out var id)) return id;
        var commons = CreativeCommons().Match(name);
        return commons.Success ? $"CC-{commons.Groups["terms"].Value.ToUpperInvariant()}-{commons.Groups["version"].Value}" : null;
    }

    [GeneratedRegex(@"\bCC[ -](?<terms>BY(-NC)?(-SA|-ND)?)[ -](?<version>[1-4]\.[05])\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CreativeCommons();
}
