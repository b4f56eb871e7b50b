using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();

    // Every line travels to the host, where host.json has the last word. The key ring is one that nothing here uses.
    builder.Logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter("Serverless", LogLevel.Information)
        .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
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
