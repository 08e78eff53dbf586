namespace Acme.Registry.Licensing;

/// <summary>Short names of licences that are in use although they are not SPDX identifiers, Hugging Face's keys above all.</summary>
public static class LicenseKeys
{
    private static readonly Dictionary<string, string> Spdx = new(StringComparer.OrdinalIgnoreCase)
    {
        ["apache"] = "Apache-2.0", ["apache2"] = "Apache-2.0", ["apache-2"] = "Apache-2.0", ["apache 2.0"] = "Apache-2.0", ["apache license 2.0"] = "Apache-2.0",
        ["bsd"] = "BSD-3-Clause", ["mit license"] = "MIT", ["isc license"] = "ISC", ["cc0"] = "CC0-1.0", ["pddl"] = "PDDL-1.0", ["pd"] = "LicenseRef-pd",
        ["gpl-2.0"] = "GPL-2.0-only", ["gpl-2.0+"] = "GPL-2.0-or-later", ["gpl-3.0"] = "GPL-3.0-only", ["gpl-3.0+"] = "GPL-3.0-or-later",
        ["gplv2"] = "GPL-2.0-only", ["gplv3"] = "GPL-3.0-only", ["gpl2"] = "GPL-2.0-only", ["gpl3"] = "GPL-3.0-only",
        ["agpl-3.0"] = "AGPL-3.0-only", ["agpl-3.0+"] = "AGPL-3.0-or-later", ["agplv3"] = "AGPL-3.0-only",
        ["lgpl-2.0"] = "LGPL-2.0-only", ["lgpl-2.1"] = "LGPL-2.1-only", ["lgpl-2.1+"] = "LGPL-2.1-or-later", ["lgpl-3.0"] = "LGPL-3.0-only", ["lgpl-3.0+"] = "LGPL-3.0-or-later",
        ["lgplv2.1"] = "LGPL-2.1-only", ["lgplv3"] = "LGPL-3.0-only",
        ["odc-by"] = "ODC-By-1.0", ["odbl"] = "ODbL-1.0", ["c-uda"] = "C-UDA-1.0", ["gfdl"] = "GFDL-1.3-or-later",
    };

    /// <summary>The SPDX identifier for a key: the key itself where it is one, <c>LicenseRef-</c> and the key for one of Hugging Face's own.</summary>
    public static string? ToSpdx(string key)
    {
        if (KnownLicense.Find(key) is { } known) return known.Id;
        return Spdx.GetValueOrDefault(key) ?? KnownLicense.Find("LicenseRef-" + key)?.Id;
    }
}
