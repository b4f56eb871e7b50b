using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Benchmarks.Query;
using Serverless.Logs;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;
using static Microsoft.Playwright.Assertions;

namespace Serverless.Tests.Console;

/// <summary>
/// The views over a day of a million entries and 150,000 events: how long each takes to show something, and what it asks of storage. It takes minutes, and so it runs only when
/// somebody asks for it: <c>CONSOLE_LARGE</c> names the folder that gets the figures and pictures.
/// </summary>
public sealed class LargeTests(ConsoleFixture fixture) : IClassFixture<ConsoleFixture>
{
    private const int Entries = 1_000_000;
    private const int Events = 150_000;
    private const string Rows = ".all > .row";
    private const string Figures = ".figure strong";
    private const string Drawing = "[role=img]";

    // What there is to see first in each view.
    private static readonly (string Name, string Path, string First)[] Views =
    [
        ("overview", "/console/overview?range=24h", Figures),
        ("logs", "/console/logs?range=24h", Rows),
        ("logs-15m", "/console/logs?range=15m", Rows),
        ("logs-errors", "/console/logs?range=24h&query=level%3Aerror", Rows),
        ("logs-needle", "/console/logs?range=24h&query=%22Disk%20full%20on%20db-7%22", Rows),
        ("logs-user", "/console/logs?range=24h&query=metadata.user_id%3Auser-7", Rows),
        ("traces", "/console/traces?range=24h", Rows),
        ("traces-errors", "/console/traces?range=24h&status=error", Rows),
        ("users", "/console/traces?range=24h&tab=users", Rows),
        ("costs", "/console/costs?range=24h", Figures),
        ("costs-users", "/console/costs?range=24h&tab=users", Figures),
        ("performance", "/console/performance?range=24h", Drawing),
    ];

    [LargeFact]
    public async Task Each_view_shows_a_day_of_a_million_entries()
    {
        var tenant = await ConsoleTenant.CreateAsync(fixture.Host);
        var end = TimeProvider.System.GetUtcNow().UtcDateTime;
        await LogLoader.LoadAsync(fixture.Proxy.Account, tenant.Logs.Organization, new LogDay(end.AddDays(-1), Entries));
        await EventDay.LoadAsync(fixture.Proxy.Account, tenant.Traces.Project, end, Events);
        var figures = new StringBuilder("| view | first, ms | whole, ms | reads |\n|---|---|---|---|\n");
        await MeasureAsync(tenant, figures, "as it came in");
        await fixture.Host.Services.GetRequiredService<LogUpkeep>().RunAsync(CancellationToken.None);
        await fixture.Host.Services.GetRequiredService<TraceUpkeep>().RunAsync(CancellationToken.None);
        await MeasureAsync(tenant, figures, "compacted");
    }

    private async Task MeasureAsync(ConsoleTenant tenant, StringBuilder figures, string state)
    {
        figures.Append($"| *{state}* | | | |\n");
        foreach (var (name, path, first) in Views)
        {
            await fixture.BrowseAsync("/docs", async page =>
            {
                using var watch = new RequestWatch(page.Page);
                await watch.SettleAsync();
                fixture.Proxy.Reset();
                var began = Stopwatch.GetTimestamp();
                await page.Page.GotoAsync(path);
                await Expect(page.View.Locator(first).First).ToBeVisibleAsync(new() { Timeout = 60_000 });
                var shown = Stopwatch.GetElapsedTime(began);
                await watch.SettleAsync();
                var whole = Stopwatch.GetElapsedTime(began);
                figures.Append($"| `{path}` | {shown.TotalMilliseconds:0} | {whole.TotalMilliseconds:0} | {fixture.Proxy.Transactions.Count(transaction => transaction is { Service: "table", Method: "GET" })} |\n");
                await File.WriteAllTextAsync(Path.Combine(LargeFactAttribute.Folder!, "large.md"), figures.ToString());
                await page.Page.ScreenshotAsync(new() { Path = Path.Combine(LargeFactAttribute.Folder!, $"large-{name}.png"), Caret = Microsoft.Playwright.ScreenshotCaret.Initial });
            }, tenant);
        }
    }
}

/// <summary>A test that somebody has to ask for.</summary>
public sealed class LargeFactAttribute : FactAttribute
{
    public LargeFactAttribute() => Skip = Chromium.WhyNot ?? (Folder is null ? "It takes minutes: CONSOLE_LARGE names a folder for what it finds." : null);

    /// <summary>Where its figures and pictures go; null when nobody asks for it.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("CONSOLE_LARGE") is { Length: > 0 } folder ? SourceTree.PathOf(folder) : null;
}
