namespace Acme.Registry.Licensing;

/// <summary>Whether two licences fit together, and why.</summary>
/// <param name="IsCompatible">Whether they do.</param>
/// <param name="Reason">One sentence for the user.</param>
public sealed record CompatibilityAnswer(bool IsCompatible, string Reason);

/// <summary>
/// Whether a model may be fine-tuned with a code repository and the result be used: someone makes a changed model and a program
/// that contains both works, and passes both on. What the answer rests on is documented in <c>docs/licensing.md</c>.
/// </summary>
public static class LicenseCompatibility
{
    /// <summary>Checks two licences or expressions; what is missing or unknown never fits.</summary>
    /// <param name="modelLicense">The model's licence: SPDX, or a key of Hugging Face.</param>
    /// <param name="codeLicense">The code's.</param>
    /// <param name="modelName">What the first one is called in the reason.</param>
    /// <param name="codeName">What the second one is called in the reason.</param>
    public static CompatibilityAnswer Check(string? modelLicense, string? codeLicense, string modelName = "model", string codeName = "code")
    {
        if (Problem(modelLicense, modelName, out var model) is { } problem) return new(false, problem);
        if (Problem(codeLicense, codeName, out var code) is { } other) return new(false, other);

        // Of each side's alternatives, one must fit with all that the other side asks for at once.
        foreach (var ours in Alternatives(model!))
        {
            foreach (var theirs in Alternatives(code!))
            {
                var terms = ours.Concat(theirs).Aggregate((OutboundTerms)~0, (common, license) => common & KnownLicense.Find(license)!.Terms);
                if (terms != OutboundTerms.None) return new(true, $"{Shown(ours)} and {Shown(theirs)} fit together: {Explain(terms)}.");
            }
        }
        return new(false, $"{model} and {code} do not fit together: {Conflict(model!, code!)}.");
    }

    private static string? Problem(string? text, string whose, out SpdxExpression? expression)
    {
        expression = null;
        if (string.IsNullOrWhiteSpace(text)) return $"The {whose} has no licence that could be told; without one nothing is allowed.";
        if (!SpdxExpression.TryParse(text, out expression)) return $"The licence of the {whose}, '{text}', is not an SPDX expression.";
        var unknown = expression.Licenses().FirstOrDefault(l => KnownLicense.Find(l.Id) is null);
        return unknown is not null && !expression.Satisfies(l => KnownLicense.Find(l.Id) is not null)
            ? $"The terms of the {whose}'s licence, {unknown.Id}, are not known to the registry."
            : null;
    }

    /// <summary>The choices an expression leaves, each a set of licences that apply together; bounded, and without what is unknown.</summary>
    private static IEnumerable<IReadOnlyList<string>> Alternatives(SpdxExpression expression) => expression switch
    {
        SpdxExpression.Or or => Alternatives(or.Left).Concat(Alternatives(or.Right)),
        SpdxExpression.And and => (from left in Alternatives(and.Left) from right in Alternatives(and.Right) select (IReadOnlyList<string>)[.. left, .. right]).Take(100),
        SpdxExpression.License license when KnownLicense.Find(license.Id) is { } known => [[known.Id]],
        _ => [],
    };

    private static string Shown(IReadOnlyList<string> licenses) => string.Join(" AND ", licenses);

    private static string Explain(OutboundTerms terms) =>
        terms.HasFlag(OutboundTerms.Separate) ? "each part keeps its own licence"
        : terms.HasFlag(OutboundTerms.Gpl3) ? "the whole may go out under GPL-3.0"
        : terms.HasFlag(OutboundTerms.Gpl2) ? "the whole may go out under GPL-2.0"
        : "the whole may go out under AGPL-3.0";

    private static string Conflict(SpdxExpression model, SpdxExpression code)
    {
        var licenses = model.Licenses().Concat(code.Licenses()).Select(l => KnownLicense.Find(l.Id)).OfType<KnownLicense>().ToList();
        if (licenses.FirstOrDefault(l => l.Family == LicenseFamily.NonCommercial) is { } nonCommercial) return $"{nonCommercial.Id} forbids commercial use";
        if (licenses.FirstOrDefault(l => l.Family == LicenseFamily.NoDerivatives) is { } fixedWork) return $"{fixedWork.Id} forbids passing on a fine-tuned version";
        var copyleft = licenses.FirstOrDefault(l => l.Family == LicenseFamily.StrongCopyleft);
        return copyleft is not null ? $"{copyleft.Id} allows no further conditions on the whole, and the other licence makes some" : "they leave no common terms for the whole";
    }
}
