using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Http;

/// <summary>Which methods each path answers, read once from the HTTP triggers themselves.</summary>
public sealed class RouteTable
{
    private readonly IReadOnlyList<Route> _routes =
    [
        .. typeof(RouteTable).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
            .SelectMany(trigger => trigger is { Route: { } route, Methods: { } methods } ? [Route.Of(route, methods)] : Array.Empty<Route>()),
    ];

    /// <summary>The methods that some function answers at this path; empty when the path is unknown.</summary>
    public IReadOnlyList<string> MethodsAt(PathString path) =>
    [
        .. _routes
            .Where(route => route.Template.TryMatch(path, []))
            .SelectMany(route => route.Methods)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    private sealed record Route(TemplateMatcher Template, IReadOnlyList<string> Methods)
    {
        public static Route Of(string template, string[] methods) =>
            new(new TemplateMatcher(TemplateParser.Parse(template), []), [.. methods.Select(name => name.ToUpperInvariant())]);
    }
}
