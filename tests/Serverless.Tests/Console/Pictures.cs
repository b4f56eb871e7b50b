using Microsoft.Playwright;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Console;

/// <summary>Pictures of the page for docs/console.md: taken only when somebody asks for them.</summary>
internal static class Pictures
{
    /// <summary>The environment variable that names the folder they go to; a relative path begins at the checkout.</summary>
    public const string Variable = "CONSOLE_PICTURES";

    private static readonly string? Folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? SourceTree.PathOf(folder) : null;

    private static readonly (string Name, ColorScheme Scheme)[] Themes = [("light", ColorScheme.Light), ("dark", ColorScheme.Dark)];

    /// <summary>Takes pictures of what is shown, light and dark.</summary>
    /// <param name="page">The page.</param>
    /// <param name="name">What their names begin with.</param>
    /// <param name="settle">Waits until what is shown is all there, after the window has changed.</param>
    public static async Task TakeAsync(ConsolePage page, string name, Func<Task>? settle = null)
    {
        if (Folder is null)
        {
            return;
        }

        var window = new Window();
        await page.Page.SetViewportSizeAsync(window.Width, window.Height);
        foreach (var (theme, scheme) in Themes)
        {
            await page.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await (settle?.Invoke() ?? Task.CompletedTask);

            // Whatever hides the caret would be a style of nobody's, which the page's policy refuses.
            await page.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}-{theme}.png"), Caret = ScreenshotCaret.Initial });
        }
    }
}
