using Acme.Infra.Cdk;
using Amazon.CDK;

try
{
    var app = new App();
    RegistryDeployment.Add(app, DeploymentOptions.FromContext(app.Node));
    app.Synth();
    return 0;
}
catch (ContextException e)
{
    Console.Error.WriteLine("The context of the deployment is wrong:");
    foreach (var problem in e.Problems) Console.Error.WriteLine($"  - {problem}");
    return 78;
}
