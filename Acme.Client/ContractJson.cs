using System.Text.Json;
using System.Text.Json.Serialization;
using Acme.Client.Contract;

namespace Acme.Client;

/// <summary>Serialisation of the wire contract: snake case, absent rather than null, strict about types and missing members.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.Strict,
    AllowDuplicateProperties = false,
    MaxDepth = 32)]
[JsonSerializable(typeof(Artifact))]
[JsonSerializable(typeof(IngestRequest))]
[JsonSerializable(typeof(IReadOnlyList<ArtifactQuery>))]
[JsonSerializable(typeof(IReadOnlyList<ArtifactMetadata>))]
[JsonSerializable(typeof(ArtifactRegEx))]
[JsonSerializable(typeof(IReadOnlyList<ArtifactFile>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, ArtifactCost>))]
[JsonSerializable(typeof(IReadOnlyList<ArtifactAuditEntry>))]
[JsonSerializable(typeof(SimpleLicenseCheckRequest))]
[JsonSerializable(typeof(ArtifactLineageGraph))]
[JsonSerializable(typeof(ModelRating))]
[JsonSerializable(typeof(ExplainedRating))]
[JsonSerializable(typeof(RatingReplay))]
[JsonSerializable(typeof(PolicyDryRun))]
[JsonSerializable(typeof(LicenseReport))]
[JsonSerializable(typeof(AuthenticationRequest))]
[JsonSerializable(typeof(RegisterUserRequest))]
[JsonSerializable(typeof(ChangeUserRequest))]
[JsonSerializable(typeof(UserDetails))]
[JsonSerializable(typeof(IReadOnlyList<UserDetails>))]
[JsonSerializable(typeof(HealthSummaryResponse))]
[JsonSerializable(typeof(HealthComponentCollection))]
[JsonSerializable(typeof(Tracks))]
[JsonSerializable(typeof(LoadTestRequest))]
[JsonSerializable(typeof(LoadTestRun))]
[JsonSerializable(typeof(IReadOnlyList<LoadTestRun>))]
[JsonSerializable(typeof(LoadTestProgress))]
[JsonSerializable(typeof(LoadTestResult))]
[JsonSerializable(typeof(ArtifactRowPage))]
[JsonSerializable(typeof(RegistryOverview))]
[JsonSerializable(typeof(ArtifactSummary))]
[JsonSerializable(typeof(IReadOnlyList<DeletedArtifact>))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(NewSession))]
[JsonSerializable(typeof(Session))]
[JsonSerializable(typeof(IReadOnlyList<TokenDetails>))]
[JsonSerializable(typeof(IReadOnlyList<JobDetails>))]
[JsonSerializable(typeof(IngestProgress))]
[JsonSerializable(typeof(RatingPreviewRequest))]
[JsonSerializable(typeof(CurrentPolicy))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class ContractJson : JsonSerializerContext;
