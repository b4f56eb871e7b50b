using System.Diagnostics.CodeAnalysis;
using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>Retries, transport, diagnostics and policies of the table clients.</summary>
public class TableClientOptions : ClientOptions
{
    /// <summary>Creates options with the defaults.</summary>
    /// <param name="serviceVersion">The version of the service's protocol to speak.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    public TableClientOptions(ServiceVersion serviceVersion = ServiceVersion.V2020_12_06) => Version = serviceVersion switch
    {
        ServiceVersion.V2019_02_02 => "2019-02-02",
        ServiceVersion.V2020_12_06 => "2020-12-06",
        _ => throw new ArgumentOutOfRangeException(nameof(serviceVersion)),
    };

    /// <summary>The versions of the table service's protocol.</summary>
    [SuppressMessage("Naming", "CA1707:Identifiers should not contain underscores", Justification = "The package's own names.")]
    [SuppressMessage("Design", "CA1008:Enums should have zero value", Justification = "The package's own values.")]
    public enum ServiceVersion
    {
        /// <summary>The version of 2019-02-02.</summary>
        V2019_02_02 = 1,

        /// <summary>The version of 2020-12-06.</summary>
        V2020_12_06 = 2,
    }

    internal string Version { get; }
}
