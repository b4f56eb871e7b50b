using Azure.Core;
using Azure.Data.Tables;
using Serverless.Benchmarks.Core;

namespace Serverless.Benchmarks.Admission;

/// <summary>A way to admit requests of one key, with its counts in a table that others use too.</summary>
internal abstract class Admitter
{
    /// <summary>Reaches the table of an account.</summary>
    protected Admitter(string connectionString)
    {
        var options = new TableClientOptions();
        options.AddPolicy(Requests, HttpPipelinePosition.PerRetry);
        Tables = new(connectionString, options);
    }

    /// <summary>Counts what storage was asked.</summary>
    public CountingPolicy Requests { get; } = new();

    /// <summary>The tables.</summary>
    protected TableServiceClient Tables { get; }

    /// <summary>The one of a design.</summary>
    /// <param name="design">The name of its class.</param>
    /// <param name="connectionString">The storage.</param>
    /// <param name="key">The key.</param>
    public static Admitter Of(string design, string connectionString, string key) =>
        design == nameof(ProductAdmitter) ? new ProductAdmitter(connectionString, key) : new PlainAdmitter(connectionString, key);

    /// <summary>Admits a request.</summary>
    public abstract Task<bool> AdmitAsync();

    /// <summary>How many requests the table has counted.</summary>
    public abstract Task<long> CountAsync();
}
