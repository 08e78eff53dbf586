using Acme.Web.Resources;
using Microsoft.Extensions.Localization;

namespace Acme.Web.Pages.Directory;

/// <summary>Questions that people look for the unanswered of. Others can be given in the address.</summary>
internal static class Findings
{
    /// <summary>Id and name of each.</summary>
    public static IEnumerable<(string Finding, string Name)> Common(IStringLocalizer<Texts> texts) =>
    [
        ("license.license_identified", texts["No licence could be told"]),
        ("ramp_up_time.usage_section", texts["Nothing says how to use it"]),
        ("ramp_up_time.install_instructions", texts["Nothing says what to install"]),
        ("ramp_up_time.limits_section", texts["Nothing says where it fails"]),
        ("performance_claims.evaluation_section", texts["No evaluation is reported"]),
        ("performance_claims.cited_paper", texts["No paper is cited"]),
        ("bus_factor.recent_activity", texts["No recent activity"]),
    ];
}
