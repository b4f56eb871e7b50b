namespace Serverless.Console;

/// <summary>
/// What the sign-in is filled in with: the settings <c>Console__*</c>, which the local host gives. They count on development storage alone, as the
/// demo's data do: anywhere else nobody is told of them, whatever they say.
/// </summary>
public sealed class ConsoleOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Console";

    /// <summary>The setting <c>Console__DemoEmail</c>: the e-mail address of the demo's user.</summary>
    public string? DemoEmail { get; set; }

    /// <summary>The setting <c>Console__DemoPassword</c>: the password of the demo's user.</summary>
    public string? DemoPassword { get; set; }

    /// <summary>The setting <c>Console__DemoFile</c>: the path of the file with the demo's keys, as a shell is told of it.</summary>
    public string? DemoFile { get; set; }
}
