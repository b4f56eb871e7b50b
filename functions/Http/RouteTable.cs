using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Serverless.Http;

/// <summary>The endpoints: which methods each path answers, and what is declared of them; read once from the HTTP triggers themselves.</summary>
public sealed class RouteTable
{
    private readonly IReadOnlyList<Route> _routes =
    [
        .. typeof(RouteTable).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetParameters().Select(parameter => (Method: method, Trigger: parameter.GetCustomAttribute<HttpTriggerAttribute>())))
            .SelectMany(found => found.Trigger is { Route: { } route, Methods: { } methods } ? methods.Select(method => Route.Of(found.Method, route, method)) : []),
    ];

    /// <summary>Every endpoint of the API: pages are none.</summary>
    public IEnumerable<DeclaredEndpoint> Endpoints => _routes.Select(route => route.Endpoint).Where(endpoint => !endpoint.IsPage);

    /// <summary>The endpoint that is declared by an operation.</summary>
    public DeclaredEndpoint Find(ApiOperation operation) => Endpoints.Single(endpoint => endpoint.Name == operation.Name);

    /// <summary>The endpoints at this path, one for each method it answers; none when the path is unknown.</summary>
    public IEnumerable<DeclaredEndpoint> EndpointsAt(PathString path) => _routes.Where(route => !route.Endpoint.IsPage && route.Fits(path)).Select(route => route.Endpoint);

    /// <summary>The methods that some function answers at this path; empty when the path is unknown.</summary>
    public IReadOnlyList<string> MethodsAt(PathString path) =>
    [
        .. _routes
            .Where(route => route.Fits(path))
            .Select(route => route.Endpoint.Method)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    private sealed record Route(TemplateMatcher Template, IEnumerable<KeyValuePair<string, IRouteConstraint>> Constraints, DeclaredEndpoint Endpoint)
    {
        private static readonly DefaultInlineConstraintResolver Resolver = new(Options.Create(new RouteOptions()), new ServiceCollection().BuildServiceProvider());

        public static Route Of(MethodInfo function, string template, string method)
        {
            var parsed = TemplateParser.Parse(template);
            return new(new TemplateMatcher(parsed, []), ConstraintsOf(parsed), new(function, method.ToUpperInvariant(), parsed));
        }

        public bool Fits(PathString path)
        {
            var values = new RouteValueDictionary();
            return Template.TryMatch(path, values)
                && Constraints.All(constraint => constraint.Value.Match(httpContext: null, route: null, constraint.Key, values, RouteDirection.IncomingRequest));
        }

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
    }
}

/// <summary>Marks a function that serves a page to a browser: it is no operation of the API, and is not described.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PageAttribute : Attribute;

/// <summary>An endpoint, with the function that serves it.</summary>
/// <param name="Function">The function.</param>
/// <param name="Method">The method it answers.</param>
/// <param name="Route">Its path.</param>
public sealed record DeclaredEndpoint(MethodInfo Function, string Method, RouteTemplate Route)
{
    /// <summary>Whether it is a page, and no operation of the API.</summary>
    public bool IsPage { get; } = Function.IsDefined(typeof(PageAttribute));

    /// <summary>The name of the function.</summary>
    public string Name { get; } = Function.GetCustomAttribute<FunctionAttribute>()!.Name;

    /// <summary>The path as a description of the API writes it, such as <c>/v1/runs/{runId}</c>.</summary>
    public string Path => "/" + string.Join('/', Route.Segments.Select(segment => string.Concat(segment.Parts.Select(part => part.IsParameter ? $"{{{part.Name}}}" : part.Text))));

    /// <summary>What is declared of it, beside the function; null when nothing is.</summary>
    public ApiOperation? Operation => Function.DeclaringType!
        .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(member => member.FieldType == typeof(ApiOperation))
        .Select(member => (ApiOperation)member.GetValue(null)!)
        .SingleOrDefault(operation => operation.Name == Name);
}
