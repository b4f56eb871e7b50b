namespace Azure.Data.Tables.Wire;

/// <summary>The types of the service's data model that JSON cannot tell apart without an annotation.</summary>
internal static class EdmType
{
    public const string Binary = "Edm.Binary";
    public const string DateTime = "Edm.DateTime";
    public const string Double = "Edm.Double";
    public const string Guid = "Edm.Guid";
    public const string Int64 = "Edm.Int64";
}
