using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Members;

/// <summary><c>GET /v1/organization</c>: the organization itself.</summary>
public sealed class OwnOrganization(MembersEndpoint endpoint, UsageReader usage, Plans plans, TimeProvider time)
{
    private static readonly Answer<Answered<OwnOrganizationAnswer>> Shown = Answer.Json(200, "The organization.", MembersJson.Default.AnsweredOwnOrganizationAnswer) with
    {
        Example =
            """
            {"data":{"id":"61a2c3026706","name":"Acme","status":"active","logPlan":"Scale","tracePlan":"Team","createdAt":"2026-11-21T19:48:09.1259949Z",
             "usage":{"organization":"61a2c3026706","month":"2026-11","logs":{"plan":"Scale","bytesUsed":0,"bytesPerMonth":268435456000},
              "traces":{"plan":"Team","eventsUsed":0,"eventsPerMonth":10000000,"stepsUsed":0,"stepsPerMonth":100000000}}}}
            """,
    };

    private static readonly ApiOperation GetOwnOrganization = MembersSurface.Operation(
        new("", "Shows the organization of the session")
        {
            Description = "With its plans, and what it has used of them in the calendar month, UTC.",
            Answers = [Shown],
        },
        nameof(GetOwnOrganization));

    /// <summary><c>GET /v1/organization</c>.</summary>
    [Function(nameof(GetOwnOrganization))]
    public Task GetOwnOrganizationAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = MembersSurface.Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, GetOwnOrganization, async (context, organization, cancellationToken) =>
        {
            var found = await usage.FindAsync(organization, cancellationToken) ?? throw MembersSurface.NotAuthenticated();
            await Shown.WriteAsync(context, new(OwnOrganizationAnswer.Of(found, plans, time.GetUtcNow())), cancellationToken);
        });
}
