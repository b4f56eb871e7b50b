using Serverless.Benchmarks.Core;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Query;

/// <summary>Questions about log entries: in both designs at a size that the plain one can be loaded with, and in the product at the size asked for.</summary>
internal static class LogQueries
{
    /// <summary>The size at which the designs are compared.</summary>
    public const int Compared = 20_000;

    /// <summary>The size asked for.</summary>
    public const int Large = 1_000_000;

    private const int Repetitions = 5;
    private const string KeyHeader = "x-api-key";

    /// <summary>Measures.</summary>
    public static async Task<Table> AnswerAsync(Action<string> say)
    {
        await using var emulator = await Emulator.StartAsync();
        var (account, plainAccount) = (emulator.NewAccount(), emulator.NewAccount());
        await using var proxy = await StorageProxy.StartAsync(account);
        await using var product = await Application.StartAsync(Built.Product, account);
        await using var counted = await Application.StartAsync(Built.Product, proxy.Account);
        await using var plain = await Application.StartAsync(Built.Plain, plainAccount);

        var today = DateTime.UtcNow.Date.AddDays(-1);
        var (small, large) = (new LogDay(today, Compared), new LogDay(today, Large));
        var (smallKey, largeKey) = (await Tenants.CreateKeyAsync(account, KeyPrefix.LuminaLog), await Tenants.CreateKeyAsync(account, KeyPrefix.LuminaLog));
        say($"loading {Number.Whole(Compared)} entities");
        await PlainLoader.LoadAsync(plainAccount, smallKey.Account, small);
        await LogLoader.LoadAsync(account, smallKey.Account, small);
        say($"loading {Number.Whole(Large)} entries");
        await LogLoader.LoadAsync(account, largeKey.Account, large);

        var (smallQuestions, largeQuestions) = (new Questions(product, KeyHeader, smallKey.Reveal()), new Questions(product, KeyHeader, largeKey.Reveal()));
        var countedQuestions = new Questions(counted, KeyHeader, largeKey.Reveal());
        var plainQuestions = new Questions(plain, KeyHeader, smallKey.Account);
        await countedQuestions.AskAsync($"/v1/logs?{large.Range}&limit=1", 1, answer => answer.GetProperty("logs").GetArrayLength());

        var table = new Table(
            "Log entries of a day, ms",
            "question", $"Serverless, {Number.Whole(Compared)}", $"plain design, {Number.Whole(Compared)}", "times faster", $"Serverless, {Number.Whole(Large)}", "its transactions");
        foreach (var question in LogQuestion.All)
        {
            say(question.Name);
            var answers = await Contest.RunAsync(
                Repetitions,
                () => smallQuestions.AskAsync(question.Path(small), question.Expected(small), question.Found),
                () => plainQuestions.AskAsync(question.Path(small), question.Expected(small), question.Found),
                () => largeQuestions.AskAsync(question.Path(large), question.Expected(large), question.Found));
            proxy.Reset();
            await countedQuestions.AskAsync(question.Path(large), question.Expected(large), question.Found);
            var (ours, others, ourLarge) = (new Measured(answers[0]), new Measured(answers[1]), new Measured(answers[2]));
            table.Add(
                question.Name,
                Number.Spread(ours, Number.AtMost),
                Number.Spread(others, Number.AtLeast),
                Number.Spread(others.Over(ours), Number.AtLeast),
                Number.Spread(ourLarge, Number.AtMost),
                Number.Whole(proxy.Transactions.Count));
        }

        return table;
    }
}
