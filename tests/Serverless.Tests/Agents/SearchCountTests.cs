using Microsoft.AspNetCore.Http;
using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Agents;

/// <summary>Every answer that was sent is counted once, and nothing else is: over processes, lost answers of storage, and kills.</summary>
public sealed class SearchCountTests(ITestOutputHelper output)
{
    private const int Processes = 3;
    private const int Searchers = 4;

    [Fact]
    public async Task Several_processes_with_failing_searches_among_them_count_exactly()
    {
        const int SearchesEach = 10;
        var account = await TestStorage.CreateAccountAsync();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script = FailsSome;
        var processes = await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => StartAsync(account, upstream)));
        try
        {
            var agent = await AgentClient.RegisterAsync(processes[0].Client);
            var clients = processes.Select(process => agent.With(process.Client)).ToArray();

            var answers = (await Task.WhenAll(Enumerable.Range(0, Processes * Searchers).Select(searcher => SearchAsync(clients[searcher % Processes], searcher)))).SelectMany(all => all).ToArray();

            var succeeded = answers.Count(answer => answer.Status == 200);
            Assert.Empty(answers.Where(answer => answer.Status is not (200 or 502)).Select(answer => answer.Body));
            Assert.InRange(succeeded, 1, answers.Length - 1);
            foreach (var client in clients)
            {
                Assert.Equal(succeeded, await client.CallsAsync());
            }

            var usage = await agent.UsageAsync();
            Assert.Equal(succeeded, usage["daily"]!.AsArray().Sum(day => day!["calls"]!.GetValue<long>()));
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }

        static async Task<List<AgentAnswer>> SearchAsync(AgentClient client, int searcher)
        {
            var answers = new List<AgentAnswer>(SearchesEach);
            for (var search = 0; search < SearchesEach; search++)
            {
                // Some of them are the same, and are answered from the cache.
                answers.Add(await client.SearchAsync($"{(search % 3 == 0 ? "odd " : "")}{searcher % 4} {search}"));
            }

            return answers;
        }
    }

    [Fact]
    public async Task Whatever_goes_wrong_with_storage_every_answer_counts_once()
    {
        await using var host = await AgentHost.StartAsync(builder => builder.Configuration["Plans:Lithtrix:Free:RequestsPerMinute"] = "10000");
        var agent = await host.RegisterAsync();
        host.Upstream.Script = FailsSome;
        var faults = new RandomFaults(seed: 6, share: 0.2);
        host.Proxy.Fault = faults.Next;

        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(search => agent.SearchAsync($"{(search % 3 == 0 ? "odd " : "")}{search % 70}")));

        host.Proxy.Fault = static _ => StorageFault.None;
        var succeeded = answers.Count(answer => answer.Status == 200);

        // Where storage could not be reached at all, nobody knows.
        var unknown = answers.Count(answer => answer.Status == 503);
        var counted = await agent.CallsAsync();
        output.WriteLine($"{faults.Count} faults, {succeeded} answers, {unknown} unknown, {counted} counted");
        Assert.True(faults.Count > 10);
        Assert.InRange(counted, succeeded, succeeded + unknown);
        Assert.InRange(unknown, 0, answers.Length / 10);
    }

    [Fact]
    public async Task A_process_that_is_killed_leaves_every_answer_counted_and_at_most_what_was_under_way_too()
    {
        const int Rounds = 3;
        const int AnswersPerRound = 15;
        var account = await TestStorage.CreateAccountAsync();
        await using var upstream = await ScriptedUpstream.StartAsync();
        var (sent, answered, cutOff) = (0, 0, 0);
        AgentClient? agent = null;
        for (var round = 0; round < Rounds; round++)
        {
            await using var process = await StartAsync(account, upstream);
            agent = agent?.With(process.Client) ?? await AgentClient.RegisterAsync(process.Client);
            await SearchUntilKilledAsync(process, agent, AnswersPerRound);
        }

        await using var last = await StartAsync(account, upstream);
        var counted = await agent!.With(last.Client).CallsAsync();

        output.WriteLine($"{sent} sent, {answered} answered, {cutOff} cut off, {counted} counted");
        Assert.Equal(sent, answered + cutOff);
        Assert.InRange(cutOff, 1, Rounds * Searchers);
        Assert.InRange(counted, answered, sent);

        async Task SearchUntilKilledAsync(ServerlessProcess process, AgentClient client, int enough)
        {
            var begun = answered;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var searchers = Enumerable.Range(0, Searchers).Select(_ => SearchAsync()).ToArray();
            await reached.Task;
            await process.KillAsync();
            await Task.WhenAll(searchers);

            async Task SearchAsync()
            {
                try
                {
                    while (true)
                    {
                        var number = Interlocked.Increment(ref sent);
                        Assert.Equal(200, (await client.SearchAsync($"search {number}")).Status);
                        if (Interlocked.Increment(ref answered) == begun + enough)
                        {
                            reached.SetResult();
                        }
                    }
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref cutOff);
                }
            }
        }
    }

    // A refusal, as it does not open the breaker.
    private static Task FailsSome(HttpContext context) => context.Request.Query["q"].ToString().StartsWith("odd", StringComparison.Ordinal)
        ? ScriptedUpstream.Says(context, StatusCodes.Status400BadRequest, "text/plain", "odd")
        : ScriptedUpstream.Finds(context);

    private static Task<ServerlessProcess> StartAsync(StorageAccount account, ScriptedUpstream upstream) => ServerlessProcess.StartAsync(
        account,
        [
            new("Search__Provider", "searxng"),
            new("Search__Endpoint", upstream.Address.AbsoluteUri),
            new("Plans__Lithtrix__Free__RequestsPerMinute", "100000"),
        ]);
}
