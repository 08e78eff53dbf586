using Acme.Infra.Cdk.Services;
using Amazon.CDK;
using Amazon.CDK.AWS.Apigatewayv2;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Acme.Infra.Cdk.Gateway;

/// <summary>
/// The HTTP API that the world sees: one origin for API and web, limits by route, an access log. Bundles and files leave by redirect to
/// presigned URLs, so that the gateway's limit of 10 MB does not concern them.
/// </summary>
internal sealed class Edge : Construct
{
    private readonly DeploymentOptions _options;

    public Edge(Construct scope, string id, DeploymentOptions options)
        : base(scope, id)
    {
        _options = options;
        Api = new CfnApi(this, "Api", new CfnApiProps
        {
            Name = options.Name,
            Description = "ACME Model Registry: API and web on one origin",
            ProtocolType = "HTTP",
            // With an own name that name is the only door.
            DisableExecuteApiEndpoint = options.DomainName is not null,
            CorsConfiguration = options.CorsOrigins.Count == 0 ? null : new CfnApi.CorsProperty
            {
                AllowOrigins = [.. options.CorsOrigins],
                AllowMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
                AllowHeaders = ["content-type", "x-authorization", "range", "if-range", "if-none-match", "prefer"],
                ExposeHeaders = ["offset", "etag", "content-range", "location", "retry-after"],
                MaxAge = 600,
            },
        });
        AccessLog = new LogGroup(this, "AccessLog", new LogGroupProps
        {
            // API Gateway needs this prefix to keep its resource policy short.
            LogGroupName = $"/aws/vendedlogs/apis/{options.Name}",
            Retention = options.LogRetention,
            RemovalPolicy = RemovalPolicy.DESTROY,
        });
        if (options.DomainName is { } host) Domain = AddDomain(host, options.CertificateArn!);
        Address = options.DomainName is { } name ? $"https://{name}" : Api.AttrApiEndpoint;
        _ = new CfnOutput(this, "Url", new CfnOutputProps { Value = Address, Description = "Where the registry is" });
    }

    public CfnApi Api { get; }

    public LogGroup AccessLog { get; }

    /// <summary>The origin, such as <c>https://registry.example.com</c>.</summary>
    public string Address { get; }

    private CfnDomainName? Domain { get; }

    /// <summary>Adds the routes, the stage with their limits, and the way to the services.</summary>
    public void RouteTo(RegistryService service, Network? network)
    {
        var link = service.Balancer is null ? null : new CfnVpcLink(this, "Link", new CfnVpcLinkProps
        {
            Name = _options.Name,
            SubnetIds = network!.Vpc.SelectSubnets(network.Inner).SubnetIds,
            SecurityGroupIds = [network.Link.SecurityGroupId],
        });
        var api = AddIntegration("ToApi", service.Api, link);
        var web = AddIntegration("ToWeb", service.Web, link);
        var routes = RouteTable.All.Select((route, _) => AddRoute(route, route.ToApi ? api : web)).ToArray();
        AddStage(routes);
    }

    private CfnIntegration AddIntegration(string id, ServiceTarget target, CfnVpcLink? link)
    {
        var props = new CfnIntegrationProps { ApiId = Api.Ref, TimeoutInMillis = 30_000, IntegrationUri = target.Uri };
        if (link is null)
        {
            (props.IntegrationType, props.PayloadFormatVersion) = ("AWS_PROXY", "2.0");
            target.AllowInvocation!(Stack.Of(this).FormatArn(new ArnComponents { Service = "execute-api", Resource = Api.Ref, ResourceName = "*/*" }));
        }
        else
        {
            (props.IntegrationType, props.PayloadFormatVersion, props.IntegrationMethod) = ("HTTP_PROXY", "1.0", "ANY");
            (props.ConnectionType, props.ConnectionId) = ("VPC_LINK", link.Ref);
        }
        return new CfnIntegration(this, id, props);
    }

    private CfnRoute AddRoute(Route route, CfnIntegration integration)
    {
        var resource = new CfnRoute(this, $"Route {route.Key}", new CfnRouteProps { ApiId = Api.Ref, RouteKey = route.Key, Target = $"integrations/{integration.Ref}" });
        resource.Answer(("AwsSolutions-APIG4", "The registry signs callers in itself: opaque tokens with permissions and a budget of calls, checked in the catalog on every request. An authorizer here would be a second, weaker copy."));
        return resource;
    }

    private void AddStage(CfnRoute[] routes)
    {
        var limit = RouteTable.StageLimit(_options);
        var stage = new CfnStage(this, "Stage", new CfnStageProps
        {
            ApiId = Api.Ref,
            StageName = "$default",
            AutoDeploy = true,
            DefaultRouteSettings = new CfnStage.RouteSettingsProperty { ThrottlingRateLimit = limit.Rate, ThrottlingBurstLimit = limit.Burst, DetailedMetricsEnabled = false },
            // Metrics by route have a price each, so only the route that an alarm watches has them.
            RouteSettings = RouteTable.All.Where(r => r.Limit is not null || r.Key == RouteTable.Reads).ToDictionary(
                r => r.Key,
                r => (object)new Dictionary<string, object>
                {
                    ["ThrottlingRateLimit"] = (r.Limit ?? limit).Rate,
                    ["ThrottlingBurstLimit"] = (r.Limit ?? limit).Burst,
                    ["DetailedMetricsEnabled"] = r.Key == RouteTable.Reads,
                }),
            AccessLogSettings = new CfnStage.AccessLogSettingsProperty
            {
                DestinationArn = AccessLog.LogGroupArn,
                // Neither query nor headers: tokens and names searched for stay out of the log.
                Format = """{"id":"$context.requestId","time":"$context.requestTime","ip":"$context.identity.sourceIp","method":"$context.httpMethod","path":"$context.path","route":"$context.routeKey","status":$context.status,"bytes":$context.responseLength,"latencyMs":$context.responseLatency,"integrationMs":"$context.integrationLatency","integrationStatus":"$context.integrationStatus","error":"$context.integrationErrorMessage"}""",
            },
        });
        // Limits are refused for routes that are not there yet.
        foreach (var route in routes) stage.AddDependency(route);
        if (Domain is null) return;
        var mapping = new CfnApiMapping(this, "Mapping", new CfnApiMappingProps { ApiId = Api.Ref, DomainName = Domain.Ref, Stage = stage.Ref });
        mapping.AddDependency(stage);
    }

    private CfnDomainName AddDomain(string host, string certificate)
    {
        var domain = new CfnDomainName(this, "Domain", new CfnDomainNameProps
        {
            DomainName = host,
            DomainNameConfigurations = new object[]
            {
                new CfnDomainName.DomainNameConfigurationProperty { CertificateArn = certificate, EndpointType = "REGIONAL", SecurityPolicy = "TLS_1_2" },
            },
        });
        _ = new CfnOutput(this, "DomainTarget", new CfnOutputProps { Value = domain.AttrRegionalDomainName, Description = $"What the DNS record of {host} points to" });
        return domain;
    }
}
