using Serverless.Benchmarks.EmptyApplication;

// What `dotnet new web` makes: the floor of the benchmark `start`. Where storage is named, it makes sure of that too, and does nothing else.
var application = WebApplication.CreateBuilder(args).Build();
application.MapGet("/health", () => "ok");
if (application.Configuration is { } settings && settings["tables"] is { } tables && settings["queues"] is { } queues)
{
    await EmptyStorage.EnsureAsync(settings["AzureWebJobsStorage"]!, tables.Split(','), queues.Split(','));
}

application.Run();
