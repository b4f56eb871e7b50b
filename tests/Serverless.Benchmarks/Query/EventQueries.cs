using Serverless.Benchmarks.Core;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Query;

/// <summary>Questions about a day of events.</summary>
internal static class EventQueries
{
    /// <summary>How many events the day has.</summary>
    public const int Events = 1_000_000;

    private const int Repetitions = 5;

    /// <summary>Measures.</summary>
    public static async Task<Table> AnswerAsync(Action<string> say)
    {
        await using var emulator = await Emulator.StartAsync();
        var account = emulator.NewAccount();
        await using var proxy = await StorageProxy.StartAsync(account);
        await using var product = await Application.StartAsync(Built.Product, account);
        await using var counted = await Application.StartAsync(Built.Product, proxy.Account);
        var (project, session) = await Tenants.CreateSessionAsync(account);
        say($"loading {Number.Whole(Events)} events");
        var end = DateTime.UtcNow;
        await EventDay.LoadAsync(account, project, end, Events);
        WrongResultException.ThrowUnlessEqual("events stored", Events, await EventDay.CountAsync(account, project));

        var questions = new Questions(product, "Authorization", $"Bearer {session}");
        var countedQuestions = new Questions(counted, "Authorization", $"Bearer {session}");
        await AskForPageAsync(countedQuestions);
        var table = new Table($"{Number.Whole(Events)} events of a day, ms", "question", "Serverless", "transactions");
        await AddAsync("the newest 50, and how many there are", AskForPageAsync);
        await AddAsync("a user's newest 50", asked => asked.AskAsync($"/v1/events?projectId={project}&userId=user-17&limit=50", 50, Count));
        await AddAsync("the overview of the last 24 hours", asked => asked.AskAsync($"/v1/projects/{project}/overview", 24, answer => Math.Min(24, answer.GetProperty("timeline").GetArrayLength())));
        return table;

        Task<double> AskForPageAsync(Questions asked) => asked.AskAsync($"/v1/events?projectId={project}&limit=50", 50, Count);

        static long Count(System.Text.Json.JsonElement answer) => answer.GetProperty("events").GetArrayLength();

        async Task AddAsync(string name, Func<Questions, Task<double>> ask)
        {
            say(name);
            var answers = await Contest.RunAsync(Repetitions, () => ask(questions));
            proxy.Reset();
            await ask(countedQuestions);
            table.Add(name, Number.Spread(new(answers[0]), Number.AtMost), Number.Whole(proxy.Transactions.Count));
        }
    }
}
