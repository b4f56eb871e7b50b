using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Serverless.Tests.Infrastructure;

/// <summary>Settings that remember which of them were asked for.</summary>
internal sealed class RecordingConfiguration(IConfiguration inner) : IConfiguration
{
    private readonly HashSet<string> _read = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of the settings that were read, whether they were there or not, as an environment has them.</summary>
    public IEnumerable<string> Read => _read.Select(key => key.Replace(":", "__", StringComparison.Ordinal));

    /// <inheritdoc/>
    public string? this[string key]
    {
        get
        {
            _read.Add(key);
            return inner[key];
        }

        set => inner[key] = value;
    }

    /// <inheritdoc/>
    public IConfigurationSection GetSection(string key) => new Section(this, inner.GetSection(key));

    /// <inheritdoc/>
    public IEnumerable<IConfigurationSection> GetChildren() => inner.GetChildren().Select(child => new Section(this, child));

    /// <inheritdoc/>
    public IChangeToken GetReloadToken() => inner.GetReloadToken();

    private sealed class Section(RecordingConfiguration settings, IConfigurationSection section) : IConfigurationSection
    {
        public string Key => section.Key;

        public string Path => section.Path;

        public string? Value
        {
            get => settings[Path];
            set => settings[Path] = value;
        }

        public string? this[string key]
        {
            get => settings[$"{Path}:{key}"];
            set => settings[$"{Path}:{key}"] = value;
        }

        public IConfigurationSection GetSection(string key) => settings.GetSection($"{Path}:{key}");

        public IEnumerable<IConfigurationSection> GetChildren() => section.GetChildren().Select(child => new Section(settings, child));

        public IChangeToken GetReloadToken() => section.GetReloadToken();
    }
}
