using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Prices;
using Serverless.Tenancy;

namespace Serverless.Organizations;

/// <summary>What models cost an organization. Whoever serves these operations says under which name, and to whom.</summary>
public sealed class OrganizationPrices(AccountStore accounts)
{
    private static readonly TextField Model = new("model", $"The model. With `{ModelPrice.Wildcard}` at its end, all whose names begin so; the name itself goes before these, and the longest of these before the others.")
    {
        IsRequired = true,
        MinLength = 1,
        MaxLength = ModelPrice.MaxNameLength,
        Rule = new(IsName, $"letters, digits and . _ - : / @, and {ModelPrice.Wildcard} at the end alone") { Pattern = @"^[A-Za-z0-9._:/@-]*\*?$" },
    };

    private static readonly PriceField Input = new("input", "A million tokens sent, in US dollars.") { IsRequired = true };
    private static readonly PriceField Output = new("output", "A million tokens received, in US dollars.") { IsRequired = true };
    private static readonly PriceField CachedInput = new("cachedInput", "A million tokens sent that came from a cache, in US dollars; the price of all tokens sent unless it is given.");
    private static readonly DayField From = new("from", "The day, UTC, from which on the price holds; ever since unless it is given. Of several for the same model the latest holds.");

    private static readonly ObjectsField Prices = new("prices", "All prices of the organization: they take the place of all it had.", [Model, Input, Output, CachedInput, From])
    {
        IsRequired = true,
        IsClosed = true,
        MaxCount = StoredPrices.MaxCount,
    };

    private static readonly Answer<Answered<PricesAnswer>> Shown = Answer.Json(200, "The prices.", OrganizationJson.Default.AnsweredPricesAnswer) with
    {
        Example =
            """
            {"data":{"prices":[{"model":"gpt-4o","input":2.5,"output":10,"cachedInput":1.25,"from":"2026-01-01"}],
             "builtIn":{"asOf":"2026-06-01","prices":[{"model":"claude-3-haiku","input":0.25,"output":1.25,"cachedInput":0.03,"from":"2024-03-13"}]}}}
            """,
    };

    /// <summary>Shows prices.</summary>
    internal static ApiOperation Show { get; } = new("GetPrices", "Shows what models cost an organization")
    {
        Description = "An event of LumiqTrace that does not say what it cost is priced by its tokens: by the prices of the organization, else by those that are built in.",
        Answers = [Shown],
    };

    /// <summary>Replaces prices.</summary>
    internal static ApiOperation Replace { get; } = new("ReplacePrices", "Replaces the prices of an organization")
    {
        Description = "They hold for events that come in from now on, by the day of each event. What was counted stays as it is.",
        Body = OrganizationRequest.Body(Prices) with { Example = """{"prices":[{"model":"gpt-4o","input":2.5,"output":10,"cachedInput":1.25,"from":"2026-01-01"},{"model":"my-model-*","input":0.2,"output":0.4}]}""" },
        Answers = [Shown],
    };

    /// <summary>Shows the prices of an organization.</summary>
    public async Task ShowAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var account = await accounts.RequireOrganizationAsync(organization, cancellationToken);
        await Shown.WriteAsync(context, new(PricesAnswer.Of(account)), cancellationToken);
    }

    /// <summary>Replaces the prices of an organization.</summary>
    public async Task ReplaceAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, Replace, cancellationToken);
        var entries = body.Read(Prices) ?? [];
        var prices = entries.Select(Read).ToList();
        RequireUnique(entries, prices, body.Problems);
        body.Conclude(Replace);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var updated = await accounts.ReplacePricesAsync(organization, prices) ?? throw RequiredAccounts.NotFound(AccountKind.Organization);
        await Shown.WriteAsync(context, new(PricesAnswer.Of(updated)), cancellationToken);
    }

    private static ModelPrice Read(RequestReader entry) =>
        new(entry.Read(Model) ?? "", entry.Read(Input) ?? 0, entry.Read(Output) ?? 0, entry.Read(CachedInput), entry.Read(From));

    // Of two for the same model and day nobody could say which holds.
    private static void RequireUnique(IReadOnlyList<RequestReader> entries, List<ModelPrice> prices, RequestProblems problems)
    {
        var seen = new Dictionary<(string Model, DateOnly? From), string>();
        foreach (var (entry, price) in entries.Zip(prices).Where(pair => pair.Second.Model.Length > 0))
        {
            var path = entry.PathOf(Model.Name);
            if (!seen.TryAdd((price.Model, price.From), path))
            {
                problems.Complain(path, "duplicate", $"must not be the same as \"{seen[(price.Model, price.From)]}\" for the same day");
            }
        }
    }

    private static bool IsName(string text)
    {
        var name = text.EndsWith(ModelPrice.Wildcard) ? text[..^1] : text;
        return name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or ':' or '/' or '@');
    }
}
