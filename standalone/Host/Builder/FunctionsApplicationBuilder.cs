using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Standalone.Host;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds a functions application.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder
{
    private readonly WebApplicationBuilder _web;
    private readonly StartupLogFilter _startupLog = new();

    internal FunctionsApplicationBuilder(string[] args)
    {
        _web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            // A local run is development unless it is said otherwise, as with Core Tools.
            EnvironmentName = System.Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT") ?? Environments.Development,
        });
        _web.Configuration.AddHostSettings(args);
        _web.WebHost.UseKestrelCore();
        _web.Logging.AddHostLogging(_web.Configuration, _startupLog);
        _web.Services.AddHostedService<LocalStorage>();
        _web.Services.AddHostedService<LocalSearch>();
        _web.Services.AddHostedService<PublishedHostName>();
    }

    /// <inheritdoc/>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_web).Properties;

    /// <inheritdoc/>
    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <inheritdoc cref="IHostApplicationBuilder.Configuration"/>
    public ConfigurationManager Configuration => _web.Configuration;

    /// <inheritdoc/>
    public IHostEnvironment Environment => _web.Environment;

    /// <inheritdoc/>
    public ILoggingBuilder Logging => _web.Logging;

    /// <inheritdoc/>
    public IMetricsBuilder Metrics => _web.Metrics;

    /// <inheritdoc/>
    public IServiceCollection Services => _web.Services;

    internal bool UsesAspNetCore { get; set; }

    /// <inheritdoc/>
    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    /// <summary>Finds the functions and puts the application together; may be called once.</summary>
    /// <exception cref="HostAbortedException">Something the user can put right is wrong; the message says what.</exception>
    public IHost Build()
    {
        var functions = FunctionCatalog.Discover(FunctionAssemblies.In(Services)).Enabled(Configuration);
        var http = HttpFunction.From(functions, Configuration);
        if (http.Count > 0 && !UsesAspNetCore)
        {
            throw new HostAbortedException("HTTP functions need builder.ConfigureFunctionsWebApplication().");
        }

        Services.TryAddSingleton(TimeProvider.System);
        Services.AddFunctionClasses(functions);
        Services.AddHttpFunctions(http);
        Services.AddQueueFunctions(functions, Configuration);
        Services.AddTimerFunctions(functions, Configuration);
        // Added last, and run after Kestrel listens: what the product starts comes before what the host starts.
        Services.AddHostedService<TriggerService>();

        var application = _web.Build();
        application.Urls.AddHostUrls(Configuration);
        application.MapHttpFunctions(http);
        return new FunctionsHost(application, _startupLog);
    }
}
