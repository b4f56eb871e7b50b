using Microsoft.Extensions.Configuration;
using Serverless.Local.Workers;

namespace Serverless.Local.Functions;

/// <summary>Replaces <c>%Name%</c> in a trigger's attribute by the setting of that name.</summary>
internal static class SettingNames
{
    public static string Resolve(string text, IConfiguration settings, FunctionDefinition function)
    {
        // Every other part stands between two percent signs; a last one without its second sign is text.
        var parts = text.Split('%');
        return parts.Length % 2 == 0 ? text : string.Concat(parts.Select((part, index) => index % 2 == 0 ? part : Setting(part)));

        string Setting(string name) =>
            settings[name] ?? throw function.Mistake($"'{text}' names the setting '{name}', which is not set.");
    }
}
