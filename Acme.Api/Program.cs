using Acme.Api.Hosting;
using Acme.ServiceDefaults;

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
