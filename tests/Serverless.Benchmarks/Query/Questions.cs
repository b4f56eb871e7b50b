using System.Diagnostics;
using System.Text.Json;
using Serverless.Benchmarks.Core;

namespace Serverless.Benchmarks.Query;

/// <summary>Asks an application over HTTP, and looks whether the answer is right.</summary>
/// <param name="application">The application.</param>
/// <param name="header">The header that says who is asking.</param>
/// <param name="credential">Its value.</param>
internal sealed class Questions(Application application, string header, string credential)
{
    /// <summary>Asks, and takes the time until the answer is there whole.</summary>
    /// <param name="path">The question.</param>
    /// <param name="expected">What <paramref name="found"/> has to say.</param>
    /// <param name="found">Counts what the answer is judged by.</param>
    /// <returns>Milliseconds.</returns>
    public async Task<double> AskAsync(string path, long expected, Func<JsonElement, long> found)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(header, credential);
        var started = Stopwatch.GetTimestamp();
        using var response = await application.Client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (!response.IsSuccessStatusCode || body.Length == 0)
        {
            throw new WrongResultException($"{path}: {(int)response.StatusCode}\n{await application.LastWordsAsync()}");
        }

        using var answer = JsonDocument.Parse(body);
        WrongResultException.ThrowUnlessEqual(path, expected, found(answer.RootElement));
        return elapsed.TotalMilliseconds;
    }
}
