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
catch (Exception failure) when (failure is HostAbortedException or OptionsValidationException or AggregateException { InnerException: OptionsValidationException })
{
    // What the operator can mend is said in a line each; anything else is a bug and keeps its stack.
    var lines = failure switch
    {
        OptionsValidationException refusal => refusal.Failures,
        AggregateException refusals => refusals.InnerExceptions.Cast<OptionsValidationException>().SelectMany(refusal => refusal.Failures),
        _ => [failure.Message],
    };
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, lines));
    return 1;
}
