// What `dotnet new web` makes: the floor of the benchmark `start`.
var application = WebApplication.CreateBuilder(args).Build();
application.MapGet("/health", () => "ok");
application.Run();
