using Acme.Client.Contract;
using Acme.Web.Resources;
using Microsoft.Extensions.Localization;

namespace Acme.Web.Pages.Upload;

/// <summary>The stages of an ingest in people's words.</summary>
internal static class Stages
{
    /// <summary>Those that an ingest goes through, in order.</summary>
    public static readonly IngestStage[] InOrder = [IngestStage.Waiting, IngestStage.Fetching, IngestStage.Storing, IngestStage.Rating, IngestStage.Publishing];

    /// <summary>What happens at the stage.</summary>
    public static string NameOf(IngestStage stage, IStringLocalizer<Texts> texts) => stage switch
    {
        IngestStage.Waiting => texts["Accepted"],
        IngestStage.Fetching => texts["Asking what there is"],
        IngestStage.Storing => texts["Taking in the files"],
        IngestStage.Rating => texts["Measuring"],
        IngestStage.Publishing => texts["Publishing"],
        _ => "",
    };
}
