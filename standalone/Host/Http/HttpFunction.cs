using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Serverless.Standalone.Host;

/// <summary>A function with an HTTP trigger: which requests it takes, and how it is called for one.</summary>
internal sealed class HttpFunction
{
    private readonly string[]? _methods;
    private readonly Dictionary<string, RouteValueParser> _routeValues = new(StringComparer.OrdinalIgnoreCase);

    private HttpFunction(FunctionMethod function, HttpTriggerAttribute trigger, IConfiguration settings)
    {
        if (function.TriggerParameter.ParameterType != typeof(HttpRequest))
        {
            throw function.Mistake($"an HTTP trigger binds to HttpRequest, not {function.TriggerParameter.ParameterType}.");
        }

        _methods = trigger.Methods is { Length: > 0 } methods ? methods : null;
        Pattern = Parse(function, HostJson.RoutePrefix(settings), SettingNames.Resolve(trigger.Route ?? function.Name, settings, function));
        Invoker = new FunctionInvoker(function, BindRouteValue);
        ResultKind = HttpResult.KindOf(function);
    }

    public RoutePattern Pattern { get; }

    public FunctionInvoker Invoker { get; }

    public HttpResultKind ResultKind { get; }

    public static IReadOnlyList<HttpFunction> From(IReadOnlyList<FunctionMethod> functions, IConfiguration settings) =>
    [
        .. from function in functions
           let trigger = function.Trigger as HttpTriggerAttribute
           where trigger is not null
           select new HttpFunction(function, trigger, settings),
    ];

    /// <summary>Whether a request whose path matches is for this function: the method is one of its own, and the values convert.</summary>
    public bool Accepts(string method, RouteValueDictionary? values) =>
        (_methods is null || _methods.Contains(method, StringComparer.OrdinalIgnoreCase))
        && _routeValues.All(value => value.Value.Accepts(values?[value.Key] as string));

    private ParameterBinder? BindRouteValue(ParameterInfo parameter)
    {
        if (Pattern.GetParameter(parameter.Name!) is null || RouteValueParser.For(parameter.ParameterType) is not { } parser)
        {
            return null;
        }

        _routeValues.Add(parameter.Name!, parser);
        return invocation => parser.Parse(invocation.HttpContext!.Request.RouteValues[parameter.Name!] as string);
    }

    private static RoutePattern Parse(FunctionMethod function, string prefix, string route)
    {
        try
        {
            return RoutePatternFactory.Parse($"{prefix.Trim('/')}/{route.TrimStart('/')}".TrimStart('/'));
        }
        catch (RoutePatternException mistake)
        {
            throw function.Mistake($"the route '{route}' is not valid. {mistake.Message}");
        }
    }
}
