using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Benchmarks.EmptyApplication;

// What `func init` makes: the floor of the benchmark `start`. Where storage is named, it makes sure of that too, and does nothing else.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
if (builder.Configuration is { } settings && settings["tables"] is { } tables && settings["queues"] is { } queues)
{
    await EmptyStorage.EnsureAsync(settings["AzureWebJobsStorage"]!, tables.Split(','), queues.Split(','));
}

await builder.Build().RunAsync();
