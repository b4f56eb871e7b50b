using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Local.Configuration;
using Serverless.Local.Functions;
using Serverless.Local.Workers;

namespace Serverless.Local.Http;

/// <summary>A function that takes a request.</summary>
/// <param name="Invoker">Runs it.</param>
/// <param name="Values">The values in the path.</param>
internal sealed record HttpMatch(FunctionInvoker Invoker, RouteValueDictionary Values);

/// <summary>
/// Which function takes which request. As in the Functions host, functions are tried in the order of their names and the first that fits
/// is taken, whether or not another fits better.
/// </summary>
internal sealed class HttpRoutes
{
    // The host's own, whatever functions there are.
    private static readonly PathString[] Reserved = ["/admin", "/runtime"];

    private readonly Route[] _routes;

    /// <param name="functions">All functions.</param>
    /// <param name="settings">The host's settings.</param>
    public HttpRoutes(IEnumerable<FunctionInvoker> functions, IConfiguration settings)
    {
        var prefix = HostJson.RoutePrefix(settings).Trim('/');
        _routes =
        [
            .. functions
                .Where(invoker => invoker.Function.IsTriggeredBy(FunctionDefinition.HttpTrigger))
                .OrderBy(invoker => invoker.Function.Name, StringComparer.OrdinalIgnoreCase)
                .Select(invoker => Route.Of(invoker, prefix, settings)),
        ];
    }

    /// <summary>Finds the function; null when none takes the request.</summary>
    public HttpMatch? Find(string method, PathString path)
    {
        // An empty segment at the start is none that the host knows.
        if (path.Value is ['/', '/', ..] || Array.Exists(Reserved, own => path.StartsWithSegments(own, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        foreach (var route in _routes)
        {
            var values = new RouteValueDictionary();
            if (route.Takes(method) && route.Fits(path, values))
            {
                return new(route.Invoker, values);
            }
        }

        return null;
    }

    private sealed record Route(
        FunctionInvoker Invoker, TemplateMatcher Template, IEnumerable<KeyValuePair<string, IRouteConstraint>> Constraints, IReadOnlyList<string> Methods)
    {
        private static readonly DefaultInlineConstraintResolver Resolver = new(Options.Create(new RouteOptions()), new ServiceCollection().BuildServiceProvider());

        public static Route Of(FunctionInvoker invoker, string prefix, IConfiguration settings)
        {
            var function = invoker.Function;
            var route = SettingNames.Resolve(function["route"] ?? function.Name, settings, function);
            try
            {
                var template = TemplateParser.Parse($"{prefix}/{route.TrimStart('/')}".TrimStart('/'));
                return new(invoker, new TemplateMatcher(template, []), ConstraintsOf(template), MethodsOf(function.Trigger));
            }
            catch (Exception mistake) when (mistake is ArgumentException or InvalidOperationException or RouteCreationException)
            {
                throw function.Mistake($"the route '{route}' is not valid. {mistake.Message}");
            }
        }

        public bool Takes(string method) => Methods.Count == 0 || Methods.Contains(method, StringComparer.OrdinalIgnoreCase);

        public bool Fits(PathString path, RouteValueDictionary values) =>
            Template.TryMatch(path, values)
            && Constraints.All(constraint => constraint.Value.Match(httpContext: null, route: null, constraint.Key, values, RouteDirection.IncomingRequest));

        // What stands behind a colon, such as {id:int}.
        private static IDictionary<string, IRouteConstraint> ConstraintsOf(RouteTemplate template)
        {
            var constraints = new RouteConstraintBuilder(Resolver, template.TemplateText!);
            foreach (var parameter in template.Parameters)
            {
                if (parameter.IsOptional)
                {
                    constraints.SetOptional(parameter.Name!);
                }

                foreach (var constraint in parameter.InlineConstraints)
                {
                    constraints.AddResolvedConstraint(parameter.Name!, constraint.Constraint);
                }
            }

            return constraints.Build();
        }

        private static string[] MethodsOf(JsonElement trigger) =>
            trigger.TryGetProperty("methods", out var methods) && methods.ValueKind == JsonValueKind.Array
                ? [.. methods.EnumerateArray().Select(method => method.GetString()!)]
                : [];
    }
}
