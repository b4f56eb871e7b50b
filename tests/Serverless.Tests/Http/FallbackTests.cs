using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Tests.Http;

/// <summary>The function that answers what no other takes.</summary>
[Trait("Category", "Fast")]
public sealed class FallbackTests
{
    private const string CatchAll = "{*path}";

    [Fact]
    public void It_sorts_behind_all_others_since_the_host_takes_the_first_that_fits()
    {
        var last = typeof(FallbackFunctions).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Select(method => (
                method.GetCustomAttribute<FunctionAttribute>()?.Name,
                method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(trigger => trigger is not null)?.Route))
            .Where(function => function is { Name: not null, Route: not null })
            .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
            .Last();

        Assert.Equal(CatchAll, last.Route);
    }
}
