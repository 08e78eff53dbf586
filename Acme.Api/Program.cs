using Acme.Api.Hosting;
using Acme.ServiceDefaults;

if (args is [HealthProbe.Verb]) return await HealthProbe.RunAsync();

return await RegistryHost.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddRegistry();

    var app = builder.Build();
    app.UseRegistry();
    app.MapRegistry();
    return app;
});
