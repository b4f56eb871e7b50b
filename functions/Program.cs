using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serverless;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.Services.AddServerless(builder.Configuration);
    await builder.Build().RunAsync();
    return 0;
}
catch (Exception failure) when (failure is HostAbortedException or OptionsValidationException)
{
    // What the operator can mend is said in one line; anything else is a bug and keeps its stack.
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
catch (AggregateException failures) when (failures.InnerExceptions.All(failure => failure is OptionsValidationException))
{
    foreach (var failure in failures.InnerExceptions)
    {
        await Console.Error.WriteLineAsync(failure.Message);
    }

    return 1;
}
