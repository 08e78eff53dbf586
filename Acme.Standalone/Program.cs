using Acme.Api.Hosting;
using Acme.Standalone;

return await RegistryHost.RunAsync(() => StandaloneApp.Build(args));
