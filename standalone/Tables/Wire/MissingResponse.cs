namespace Azure.Data.Tables.Wire;

/// <summary>The answer to a read of something that is not there.</summary>
internal sealed class MissingResponse<T>(Response response) : NullableResponse<T>
{
    /// <inheritdoc/>
    public override bool HasValue => false;

    /// <inheritdoc/>
    public override T? Value => throw new InvalidOperationException("The row does not exist: there is no value.");

    /// <inheritdoc/>
    public override Response GetRawResponse() => response;
}
