using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Redaction;
using Serverless.Tenancy;

namespace Serverless.Logs;

/// <summary>
/// What one batch has spent so far. Usually that is settled in one transaction once the body is read; only a batch so large that
/// parts of it have to be stored before its end is admitted first and booked afterwards.
/// </summary>
/// <param name="context">The request.</param>
/// <param name="admission">Where it is settled.</param>
/// <param name="headerKey">The key of the header; null when the body has to bring it.</param>
internal sealed class LogSpending(HttpContext context, LogAdmission admission, ApiKey? headerKey)
{
    private readonly List<Admittance> _spent = [];
    private readonly Turn _turn = admission.Enter(context);
    private ApiKey? _key = headerKey;
    private Claim? _claim;

    /// <summary>Whose batch it is, once admitted.</summary>
    public string Organization => _key!.Account;

    /// <summary>The id of the key it came with, once admitted.</summary>
    public string KeyId => _key!.Id;

    /// <summary>What is taken out of the batch, once admitted: as it was at that moment, for all of it.</summary>
    public RedactionRules Redaction => _spent[0].Caller!.Redaction;

    /// <summary>Refuses a batch that has no chance before it is read, where its key is known by then; first waits for its turn, as long as it holds nothing.</summary>
    /// <returns>Who is calling, as far as this instance knows; null where that is not known yet.</returns>
    /// <exception cref="ApiException">401 or 429.</exception>
    public async Task<Caller?> LookAsync() => _key is null ? null : await admission.LookAsync(context, _key, _turn);

    /// <summary>Admits the request, if it has not been.</summary>
    /// <param name="bodyKey">The key in the body, for clients that send it there.</param>
    /// <exception cref="ApiException">401 or 429.</exception>
    public async Task AdmitAsync(string? bodyKey)
    {
        if (_spent.Count == 0)
        {
            _spent.Add(await admission.AdmitAsync(context, Key(bodyKey), turn: _turn));
        }
    }

    /// <summary>Books the bytes of the batch, and admits the request with it, if it has not been.</summary>
    /// <param name="bodyKey">The key in the body, for clients that send it there.</param>
    /// <param name="bytes">The bytes of the accepted entries.</param>
    /// <exception cref="ApiException">401 or 429.</exception>
    public async Task BookAsync(string? bodyKey, long bytes) =>
        _spent.Add(_spent.Count == 0
            ? await admission.AdmitAsync(context, Key(bodyKey), bytes, _turn)
            : await admission.BookAsync(context, Key(bodyKey), bytes));

    /// <summary>Claims a batch, books its bytes unless the same one has paid for them before, and admits the request.</summary>
    /// <returns>The id it is claimed under.</returns>
    /// <exception cref="ApiException">401 or 429.</exception>
    public async Task<string> ClaimAsync(Claim claim, long bytes)
    {
        _claim = claim;
        _spent.Add(await admission.AdmitAsync(context, Key(null), bytes, _turn, claim));
        return _spent[0].ClaimedId!;
    }

    /// <summary>Gives everything back: the batch could not be stored.</summary>
    public async Task RefundAsync()
    {
        foreach (var spent in _spent)
        {
            await admission.RefundAsync(Key(null), spent, _claim);
        }
    }

    private ApiKey Key(string? bodyKey) => _key ??= LogAdmission.ParseKey(bodyKey);
}
