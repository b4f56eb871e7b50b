using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Agents;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Startup;

namespace Serverless.Tests.Agents;

/// <summary>What an agent is told of itself, and how it pays.</summary>
public sealed class AccountTests
{
    private const string SetUp = "/v1/billing/setup";

    [Fact]
    public async Task Usage_is_shown_in_all_by_month_and_by_day()
    {
        await using var host = await AgentHost.StartAsync();
        host.Time.Advance(TimeSpan.FromDays(-22));
        var agent = await host.RegisterAsync();
        var id = (await agent.GetAsync("/v1/me")).Json["agent_id"]!.GetValue<string>();
        (DateOnly Date, int Calls)[] days = [(new(2026, 10, 30), 2), (new(2026, 10, 31), 1), (new(2026, 11, 1), 3), (new(2026, 11, 20), 4)];
        foreach (var (date, calls) in days)
        {
            host.Time.Advance(new DateTimeOffset(date, new(12, 0), TimeSpan.Zero) - host.Time.GetUtcNow());
            for (var call = 0; call < calls; call++)
            {
                await agent.FindAsync("anything");
            }
        }

        host.Time.Advance(TimeSpan.FromDays(1));
        var usage = await agent.GetAsync("/v1/usage");

        var daily = Enumerable.Range(0, 30).Select(number => new DateOnly(2026, 10, 23).AddDays(number))
            .Select(date => $$"""{"date":"{{date:yyyy-MM-dd}}","calls":{{days.FirstOrDefault(day => day.Date == date).Calls}}}""");
        Assert.Equal(200, usage.Status);
        Assert.Equal(
            $$"""
            {"agent_id":"{{id}}","tier":"free","calls_total":10,"calls_remaining":290,"over_limit":false,"upgrade_url":"{{UrlOf(host)}}",
            "calls_this_month":7,"limits":{"requests_per_minute":60,"lifetime_calls":300},"daily":[{{string.Join(',', daily)}}]}
            """.ReplaceLineEndings(""),
            usage.Body);
    }

    [Fact]
    public async Task Billing_says_the_tier_and_its_limit()
    {
        await using var host = await AgentHost.StartAsync(builder => builder.Configuration["Plans:Lithtrix:Free:LifetimeCalls"] = "1");
        var agent = await host.RegisterAsync();
        Assert.Equal("""{"tier":"free","calls_total":0,"call_limit":1,"over_limit":false,"stripe_customer_id":null}""", (await agent.GetAsync("/v1/billing")).Body);

        await agent.FindAsync("x");

        Assert.Equal("""{"tier":"free","calls_total":1,"call_limit":1,"over_limit":true,"stripe_customer_id":null}""", (await agent.GetAsync("/v1/billing")).Body);
    }

    [Fact]
    public async Task An_agent_that_pays_has_a_higher_limit_and_no_cap_and_pays_once()
    {
        var payments = new Payments();
        await using var host = await AgentHost.StartAsync(builder => builder.Services.AddSingleton<IPaymentProvider>(payments));
        var agent = await host.RegisterAsync();
        await agent.FindAsync("x");
        var id = (await agent.GetAsync("/v1/me")).Json["agent_id"]!.GetValue<string>();

        var first = await agent.SendAsync(HttpMethod.Post, SetUp, """{"payment_method_id":"pm_1"}""");
        var second = await agent.SendAsync(HttpMethod.Post, SetUp, """{"payment_method_id":"pm_1"}""");

        const string Paying = """{"tier":"pro","calls_total":1,"call_limit":null,"over_limit":false,"stripe_customer_id":"cus_1"}""";
        Assert.Equal((200, $$"""{"status":"success",{{Paying[1..]}}"""), (first.Status, first.Body));
        Assert.Equal(first.Body, second.Body);
        Assert.Equal([new(id, "pm_1")], payments.Requests);
        Assert.Equal(Paying, (await agent.GetAsync("/v1/billing")).Body);
        var usage = await agent.UsageAsync();
        Assert.Equal(("pro", null, null), (usage["tier"]!.GetValue<string>(), usage["calls_remaining"], usage["upgrade_url"]));
        Assert.Equal("""{"requests_per_minute":600,"lifetime_calls":null}""", usage["limits"]!.ToJsonString());
        Assert.Equal(
            """{"calls_total":2,"calls_remaining":null,"over_limit":false,"upgrade_url":null}""", (await agent.FindAsync("y"))["usage"]!.ToJsonString());
    }

    [Fact]
    public async Task A_payment_method_that_is_declined_changes_nothing()
    {
        await using var host = await AgentHost.StartAsync(builder => builder.Services.AddSingleton<IPaymentProvider>(new Payments()));
        var agent = await host.RegisterAsync();

        (await agent.SendAsync(HttpMethod.Post, SetUp, """{"payment_method_id":"declined"}""")).AssertError(402, "PAYMENT_DECLINED", "The payment method was declined");

        Assert.Equal("free", (await agent.GetAsync("/v1/me")).Json["tier"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_a_payment_provider_the_answer_names_the_setting()
    {
        await using var host = await AgentHost.StartAsync();
        var agent = await host.RegisterAsync();

        (await agent.SendAsync(HttpMethod.Post, SetUp, """{"payment_method_id":"tok_test_1"}"""))
            .AssertError(503, "SERVICE_UNAVAILABLE", "Payment is not configured: the setting Payments__Provider is missing", 60);
    }

    [Fact]
    public async Task On_development_storage_test_methods_pay_and_others_do_not()
    {
        await using var storage = await DevelopmentStorage.StartAsync();
        await using var host = await ServerlessHost.StartAsync(
            storage.Account, builder => builder.Configuration["DemoFile"] = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}", "demo.env"));
        var agent = await AgentClient.RegisterAsync(host.Client);

        Assert.Equal(402, (await agent.SendAsync(HttpMethod.Post, SetUp, """{"payment_method_id":"pm_real"}""")).Status);
        var paid = await agent.SendAsync(HttpMethod.Post, SetUp, """{"payment_method_id":"tok_test_visa"}""");

        Assert.Equal((200, "pro"), (paid.Status, paid.Json["tier"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_operator_s_change_of_the_tier_holds_from_the_next_request_on()
    {
        await using var host = await AgentHost.StartAsync();
        await using var other = await host.StartAnotherAsync();
        var agent = await host.RegisterAsync();
        await agent.FindAsync("x");

        await other.Services.GetRequiredService<AccountStore>().UpdateAsync(
            agent.Account, new Dictionary<string, string>(StringComparer.Ordinal) { [TenantColumns.Tier] = "Pro" });

        Assert.Null((await agent.FindAsync("x"))["usage"]!["calls_remaining"]);
    }

    [Fact]
    public async Task The_upgrade_address_is_the_caller_s_own_way_to_us_or_what_is_set()
    {
        await using var host = await AgentHost.StartAsync();
        var agent = await host.RegisterAsync();
        Assert.Equal(UrlOf(host), await UrlAsync(agent));
        Assert.Equal("http://agents.example.com/v1/billing/setup", await UrlAsync(agent, ("X-Forwarded-Proto", "gopher"), ("Host", "agents.example.com")));
        await using var set = await host.StartAnotherAsync(builder => builder.Configuration["UpgradeUrl"] = "https://example.com/pay?from=agent");
        Assert.Equal("https://example.com/pay?from=agent", await UrlAsync(agent.With(set.Client)));

        static async Task<string> UrlAsync(AgentClient agent, params (string, string)[] headers) =>
            (await agent.GetAsync("/v1/search?q=x", headers)).Json["usage"]!["upgrade_url"]!.GetValue<string>();
    }

    private static string UrlOf(AgentHost host) => string.Create(CultureInfo.InvariantCulture, $"{host.Client.BaseAddress}v1/billing/setup");

    private sealed class Payments : IPaymentProvider
    {
        public List<PaymentRequest> Requests { get; } = [];

        public Task<string?> SetUpAsync(PaymentRequest request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            return Task.FromResult(request.PaymentMethod == "declined" ? null : $"cus_{Requests.Count}");
        }
    }
}
