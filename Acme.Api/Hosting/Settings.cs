using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Acme.Api.Hosting;

internal static class Settings
{
    /// <summary>Binds a section to options that are checked at start, with messages that name the key.</summary>
    public static OptionsBuilder<T> AddSettings<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddSingleton<IValidateOptions<T>>(new SettingsValidator<T>(section));
        var options = services.AddOptions<T>().BindConfiguration(section);
        return RegistryHost.IsDescribingItself ? options : options.ValidateOnStart();
    }

    /// <summary>The same for a section of another configuration than the application's own.</summary>
    public static OptionsBuilder<T> AddSettings<T>(this IServiceCollection services, IConfiguration configuration, string section)
        where T : class
    {
        services.AddSingleton<IValidateOptions<T>>(new SettingsValidator<T>(section));
        var options = services.AddOptions<T>().Bind(configuration.GetSection(section));
        return RegistryHost.IsDescribingItself ? options : options.ValidateOnStart();
    }

    private sealed class SettingsValidator<T>(string section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var results = new List<ValidationResult>();
            if (Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true)) return ValidateOptionsResult.Success;
            return ValidateOptionsResult.Fail(results.Select(r => $"{section}:{r.MemberNames.FirstOrDefault()}: {r.ErrorMessage}"));
        }
    }
}
