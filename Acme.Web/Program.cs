using Acme.ServiceDefaults;
using Acme.Web.Hosting;

if (args is [HealthProbe.Verb]) return await HealthProbe.RunAsync();

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddWeb();

await using var app = builder.Build();
app.UseWebProxies();
app.UsePublicScheme();
app.UseRouting();
app.UseWeb();
app.MapAlive();
app.MapWeb();
await app.RunAsync();
return 0;
