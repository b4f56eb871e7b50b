using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Benchmarks.Plain;

// The plain design: every record is an entity. A request is read with JsonSerializer, validated, and put into queue messages as they fit; a
// message becomes transactions of up to 100 entities. It proves no key, counts nothing and limits nobody: what it leaves out is in its favour.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// As in the product: every line travels to the host.
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
var storage = builder.Configuration["AzureWebJobsStorage"]!;
builder.Services
    .AddSingleton(PlainStorage.Tables(storage))
    .AddSingleton(PlainStorage.Queues(storage))
    .AddHostedService<PlainStorage>();
await builder.Build().RunAsync();
