using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Serverless.Http;
using Serverless.Tests.Hosting;
using Serverless.Tests.Operator;
using Serverless.Tests.Startup;
using Serverless.Tests.Webhooks;

namespace Serverless.Tests.Console;

/// <summary>Tests of the page that share an application and a browser.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleTests : ICollectionFixture<ConsoleFixture>
{
    /// <summary>Its name.</summary>
    public const string Name = "Console";
}

/// <summary>Tests of the page that share another application and another browser, beside the first.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleViewTests : ICollectionFixture<ConsoleFixture>
{
    /// <summary>Its name.</summary>
    public const string Name = "Console views";
}

/// <summary>How a page is looked at.</summary>
/// <param name="Width">How wide its window is, in pixels.</param>
/// <param name="Height">How high its window is, in pixels.</param>
/// <param name="IsDark">Whether its reader likes it dark.</param>
public sealed record Window(int Width = 1280, int Height = 800, bool IsDark = false)
{
    /// <summary>That of a telephone.</summary>
    public static Window Narrow { get; } = new(390, 844);
}

/// <summary>One application on development storage, with its demo's user, and one browser. A test that shows data takes a tenant of its own.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    /// <summary>Who the sign-in is filled in with.</summary>
    public const string DemoEmail = "demo@example.com";

    /// <summary>With which password.</summary>
    public const string DemoPassword = "correct horse battery";

    /// <summary>The file of the demo's keys.</summary>
    public const string DemoFile = ".local/demo.env";

    /// <summary>What has no script, and asks nothing.</summary>
    internal const string Nothing = "/console/sign-in.json";

    /// <summary>Where nobody wants webhooks any more.</summary>
    internal const string GonePath = "/gone";

    // Beyond any limit that is not what a test is about.
    private const string Unlimited = "1000000";
    private const float PatienceMilliseconds = 20_000;

    private DevelopmentStorage _storage = null!;
    private ConsoleTenant? _filled;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage? _page;

    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <summary>Counts what the application asks of its storage.</summary>
    public StorageProxy Proxy { get; private set; } = null!;

    /// <summary>Takes all webhooks but those that are sent to <see cref="GonePath"/>, and answers what is meant to do harm.</summary>
    internal WebhookReceiver Receiver { get; private set; } = null!;

    /// <summary>The demo's user, and what the demo's organization has.</summary>
    public ConsoleTenant Demo { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _storage = await DevelopmentStorage.StartAsync();
        Receiver = await WebhookReceiver.StartAsync((_, response) =>
        {
            response.StatusCode = response.HttpContext.Request.Path == GonePath ? StatusCodes.Status410Gone : StatusCodes.Status200OK;
            return response.WriteAsync(HostileText.Markup);
        });
        Proxy = await StorageProxy.StartAsync(_storage.Account);
        Host = await ServerlessHost.StartAsync(Proxy.Account, builder =>
        {
            foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [
                ("AdminKey", OperatorClient.Key),
                ("Console:DemoEmail", DemoEmail),
                ("Console:DemoPassword", DemoPassword),
                ("Console:DemoFile", DemoFile),

                // Steps call a receiver of the tests.
                ("Outbound:AllowLoopback", "true"),
                ("Secrets:Key", Convert.ToBase64String(new byte[32])),
                ("Limits:LaminaRequestsPerMinute", Unlimited),
                ("Limits:TraceDataPerMinute", Unlimited),
                ("Limits:TraceLoginsPerMinute", Unlimited),
                ("Limits:TraceLoginsPerEmailPerQuarterHour", Unlimited),
            ])
            {
                builder.Configuration[name] = value;
            }

            // Hashing is meant to be slow, and tests are not about that.
            builder.Services.PostConfigure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
        });
        Demo = await ConsoleTenant.CreateAsync(Host, email: DemoEmail);
        if (Chromium.Path is { } path)
        {
            _playwright = await Playwright.CreateAsync();

            // Without its own sandbox: root gets none, and containers give none. It sees nothing but our own page. What it draws on no screen needs no graphics,
            // pages of one site need no process each, since one that begins reads all scripts anew, and no script runs for so long that it pays to compile it twice.
            _browser = await _playwright.Chromium.LaunchAsync(
                new() { ExecutablePath = path, ChromiumSandbox = false, Args = ["--disable-gpu", "--in-process-gpu", "--process-per-site", "--js-flags=--no-maglev --no-turbofan"] });
            Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await Host.DisposeAsync();
        await Receiver.DisposeAsync();
        await Proxy.DisposeAsync();
        await _storage.DisposeAsync();
    }

    /// <summary>A tenant with something of each kind, for tests that look and change nothing.</summary>
    public async Task<ConsoleTenant> FilledTenantAsync()
    {
        if (_filled is null)
        {
            _filled = await ConsoleTenant.CreateAsync(Host);
            await _filled.FillAsync(Receiver.Url);
        }

        return _filled;
    }

    /// <summary>Opens a page, looks at it, and makes sure that nothing was wrong with it meanwhile.</summary>
    /// <param name="path">What is opened.</param>
    /// <param name="look">Looks at it.</param>
    /// <param name="tenant">Whose session the browser has; none when null.</param>
    /// <param name="window">How it is looked at.</param>
    public async Task BrowseAsync(string path, Func<ConsolePage, Task> look, ConsoleTenant? tenant = null, Window? window = null)
    {
        window ??= new();
        var address = Host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var shared = _page is { IsClosed: false } open ? open : _page = await OpenPageAsync(address);
        var context = shared.Context;
        if (tenant is not null)
        {
            await context.AddCookiesAsync(
                [new() { Name = SessionCredential.CookieName, Value = tenant.Session, Url = address, HttpOnly = true, SameSite = SameSiteAttribute.Strict }]);
        }

        using var page = new ConsolePage(shared, address);
        try
        {
            await shared.SetViewportSizeAsync(window.Width, window.Height);
            await shared.EmulateMediaAsync(new() { ColorScheme = window.IsDark ? ColorScheme.Dark : ColorScheme.Light });
            if (tenant is null)
            {
                // The page asks who is signed in, and a browser takes note of every refusal.
                page.Expect("401", "/v1/auth/session");
            }

            await page.LookAsync(path, look);
        }
        finally
        {
            await LeaveAsync(shared);
        }
    }

    private async Task<IPage> OpenPageAsync(string address)
    {
        var context = await _browser!.NewContextAsync(new() { BaseURL = address, ReducedMotion = ReducedMotion.Reduce, Locale = "en-GB", TimezoneId = "Europe/Berlin" });
        context.SetDefaultTimeout(PatienceMilliseconds);
        return await context.NewPageAsync();
    }

    // The next test finds nothing of this one. To open a page takes the browser as long as to load all that is in it, so there is one for all.
    private static async Task LeaveAsync(IPage page)
    {
        foreach (var other in page.Context.Pages.Where(one => one != page).ToList())
        {
            await other.CloseAsync();
        }

        await page.UnrouteAllAsync();
        await page.Context.UnrouteAllAsync();
        await page.GotoAsync(Nothing);
        await page.EvaluateAsync("() => { localStorage.clear(); sessionStorage.clear(); }");
        await page.Context.ClearCookiesAsync();
    }
}
