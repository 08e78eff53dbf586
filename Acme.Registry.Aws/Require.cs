using Amazon.Runtime;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Aws;

/// <summary>What a client cannot do without, said before the SDK complains about it in its own words.</summary>
internal static class Require
{
    /// <summary>Refuses settings by which no engine can be found.</summary>
    /// <exception cref="OptionsValidationException">Neither the settings nor the SDK's default chain say where it is.</exception>
    public static void Endpoint(IClientConfig config, string section)
    {
        // The last link of the chain asks the machine that EC2 puts beside every instance, and takes some seconds to find that it is not there.
        if (config.ServiceURL is not null || config.RegionEndpoint is not null) return;
        throw new OptionsValidationException(
            section, typeof(IClientConfig),
            [$"{section}:Region is not set, and neither are {section}:ServiceUrl, AWS_REGION or a region in the AWS profile. Set {section}:Region to where it is, such as eu-central-1."]);
    }
}
