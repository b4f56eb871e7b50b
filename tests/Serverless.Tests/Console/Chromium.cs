namespace Serverless.Tests.Console;

/// <summary>The browser that the page is looked at with: one that the machine has. None is downloaded.</summary>
internal static class Chromium
{
    /// <summary>The environment variable that names it, where it is at none of the usual places.</summary>
    public const string Variable = "CONSOLE_BROWSER";

    private static readonly string[] UsualPlaces =
    [
        "/usr/bin/chromium-headless-shell",
        "/usr/bin/chromium",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    /// <summary>Where it is; null when there is none. One that is named has to be there.</summary>
    public static string? Path { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Array.Find(UsualPlaces, File.Exists);

    /// <summary>Why a test that needs it cannot run; null when it can.</summary>
    public static string? WhyNot => Path is null ? $"There is no Chromium on this machine: install it, or name one in {Variable}." : null;
}

/// <summary>A test that looks at the page in a browser; where there is none, it is skipped and says so.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Chromium.WhyNot;
}

/// <summary>Such a test with data.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Chromium.WhyNot;
}
