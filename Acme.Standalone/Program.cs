using Acme.Api.Hosting;
using Acme.Standalone;
using Acme.Standalone.Copy;

return args is ["copy", .. var settings]
    ? await CopyCommand.RunAsync(settings)
    : await RegistryHost.RunAsync(() => StandaloneApp.Build(args));
