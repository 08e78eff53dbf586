using System.Text.Json.Nodes;
using Acme.Infra.Cdk.Gateway;

namespace Acme.Infra.Cdk.Tests.Templates;

public sealed class EdgeTests(Deployments deployments)
{
    public static TheoryData<string> Keys => Deployments.AllKeys;

    public static TheoryData<string> Operations =>
        [.. JsonNode.Parse(File.ReadAllText(RepositoryFiles.At("Acme.Api/OpenApi/registry-api.json")))!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"))];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_operation_of_the_API_is_routed_to_the_API(string operation) => Assert.True(Match(operation).ToApi, operation);

    [Theory]
    [InlineData("GET /alive")]
    [InlineData("POST /jobs/run")]
    [InlineData("GET /overview")]
    [InlineData("GET /openapi/v1.json")]
    [InlineData("GET /scalar/v1")]
    [InlineData("DELETE /tokens/abc")]
    public void What_the_API_answers_beyond_the_contract_is_routed_to_it(string operation) => Assert.True(Match(operation).ToApi, operation);

    [Theory]
    [InlineData("GET /")]
    [InlineData("GET /directory")]
    [InlineData("GET /models/123")]
    [InlineData("POST /upload")]
    [InlineData("GET /compare")]
    [InlineData("GET /admin")]
    [InlineData("GET /signin")]
    [InlineData("GET /status")]
    [InlineData("GET /_framework/blazor.web.js")]
    public void Pages_and_their_parts_are_the_webs(string operation) => Assert.False(Match(operation).ToApi, operation);

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_route_of_the_table_is_in_the_template_with_its_limit(string key)
    {
        var deployment = deployments[key];
        Assert.Equal(RouteTable.All.Select(r => r.Key).Order(), deployment.Of("AWS::ApiGatewayV2::Route").Select(r => r["RouteKey"].Text()).Order());
        var stage = deployment.TheOnly("AWS::ApiGatewayV2::Stage");
        Assert.Equal(deployment.IsProd ? "1000" : "100", stage["DefaultRouteSettings"].At("ThrottlingRateLimit").Text());
        foreach (var route in RouteTable.All.Where(r => r.Limit is not null))
        {
            var limit = stage["RouteSettings"]![route.Key];
            Assert.Equal(route.Limit!.Rate, limit.At("ThrottlingRateLimit")!.GetValue<int>());
            Assert.Equal(route.Limit.Burst, limit.At("ThrottlingBurstLimit")!.GetValue<int>());
        }
        Assert.Contains(RouteTable.All, r => r.Key == "PUT /authenticate" && r.Limit is not null);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_access_log_names_neither_tokens_nor_queries(string key)
    {
        var format = deployments[key].TheOnly("AWS::ApiGatewayV2::Stage")["AccessLogSettings"].At("Format").Text()!;
        JsonNode.Parse(format.Replace("$context.status", "200", StringComparison.Ordinal).Replace("$context.responseLength", "1", StringComparison.Ordinal).Replace("$context.responseLatency", "1", StringComparison.Ordinal));
        Assert.DoesNotContain("header", format, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("querystring", format, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void CORS_is_closed_unless_origins_are_named(string key)
    {
        var cors = deployments[key].TheOnly("AWS::ApiGatewayV2::Api")["CorsConfiguration"];
        if (key == Deployments.Everything) Assert.Equal(["https://ml.example.com", "https://lab.example.com"], cors.At("AllowOrigins").Items().Select(o => o.Text()));
        else Assert.Null(cors);
    }

    [Fact]
    public void An_own_name_is_the_only_door()
    {
        var deployment = deployments[Deployments.Everything];
        Assert.Equal("true", deployment.TheOnly("AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"].Text());
        Assert.Equal("registry.example.com", deployment.TheOnly("AWS::ApiGatewayV2::DomainName")["DomainName"].Text());
        Assert.Equal("TLS_1_2", deployment.TheOnly("AWS::ApiGatewayV2::DomainName")["DomainNameConfigurations"].At("0.SecurityPolicy").Text());
        Assert.Single(deployment.Of("AWS::ApiGatewayV2::ApiMapping"));
    }

    /// <summary>The route that API Gateway takes: the most of fixed segments, then of single variables, an own method before ANY.</summary>
    private static Route Match(string operation)
    {
        var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1].Split('/', StringSplitOptions.RemoveEmptyEntries));
        return RouteTable.All.Where(r => r.Key != RouteTable.Default && Fits(r)).OrderByDescending(Weight).FirstOrDefault() ?? RouteTable.All.Single(r => r.Key == RouteTable.Default);

        bool Fits(Route route)
        {
            var segments = Segments(route);
            var greedy = segments is [.., "{proxy+}"];
            if (greedy ? path.Length < segments.Length : path.Length != segments.Length) return false;
            return (route.Key.StartsWith("ANY ", StringComparison.Ordinal) || route.Key.StartsWith(method + " ", StringComparison.Ordinal))
                && segments.Zip(path).All(s => s.First.StartsWith('{') || s.First == s.Second);
        }

        static int Weight(Route route) =>
            (Segments(route).Sum(s => s == "{proxy+}" ? 1 : s.StartsWith('{') ? 10 : 100) * 2) + (route.Key.StartsWith("ANY ", StringComparison.Ordinal) ? 0 : 1);

        static string[] Segments(Route route) => route.Key.Split(' ')[1].Split('/', StringSplitOptions.RemoveEmptyEntries);
    }
}
