using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();

    // A line for every request of the worker's own server would travel to the host, which writes one itself.
    builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
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
