using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Serverless.Standalone.Host;

/// <summary>Replaces <c>%Name%</c> in a trigger's attribute by the setting of that name.</summary>
internal static partial class SettingNames
{
    public static string Resolve(string text, IConfiguration settings, FunctionMethod function) =>
        !text.Contains('%')
            ? text
            : Placeholder().Replace(text, match => settings[match.Groups["name"].Value]
                ?? throw function.Mistake($"'{text}' names the setting '{match.Groups["name"].Value}', which is not set."));

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
