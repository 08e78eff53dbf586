using Acme.Web.Resources;
using Microsoft.Extensions.Localization;

namespace Acme.Web.Components;

/// <summary>The rating's fields in people's words.</summary>
internal static class Metrics
{
    /// <summary>Name of a metric, or of a part of one.</summary>
    public static string NameOf(string metric, IStringLocalizer<Texts> texts) => metric switch
    {
        "net_score" => texts["Net score"],
        "ramp_up_time" => texts["Ease of starting"],
        "bus_factor" => texts["Bus factor"],
        "performance_claims" => texts["Performance claims"],
        "license" => texts["Licence"],
        "size_score" => texts["Size for devices"],
        "dataset_and_code_score" => texts["Data and code named"],
        "dataset_quality" => texts["Data quality"],
        "code_quality" => texts["Code quality"],
        "reproducibility" => texts["Reproducibility"],
        "reviewedness" => texts["Reviewedness"],
        "tree_score" => texts["Parents"],
        "raspberry_pi" => texts["Raspberry Pi"],
        "jetson_nano" => texts["Jetson Nano"],
        "desktop_pc" => texts["Desktop PC"],
        "aws_server" => texts["AWS server"],
        _ => metric.Replace('_', ' '),
    };

    /// <summary>The question that a metric answers.</summary>
    public static string QuestionOf(string metric, IStringLocalizer<Texts> texts) => metric switch
    {
        "ramp_up_time" => texts["How fast could somebody new use it?"],
        "bus_factor" => texts["Do enough people know it?"],
        "performance_claims" => texts["Is there evidence for what is claimed?"],
        "license" => texts["Is the licence clear, and what does it allow?"],
        "size_score" => texts["On which devices do the weights fit?"],
        "dataset_and_code_score" => texts["Are training data and code named and there?"],
        "dataset_quality" => texts["How well are the data documented?"],
        "code_quality" => texts["How maintainable is the code?"],
        "reproducibility" => texts["Does the card's own code run?"],
        "reviewedness" => texts["How much of the code was reviewed?"],
        "tree_score" => texts["How do the models that it comes from score?"],
        _ => "",
    };
}
