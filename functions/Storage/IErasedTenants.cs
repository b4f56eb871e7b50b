namespace Serverless.Storage;

/// <summary>Knows whose data has been erased.</summary>
public interface IErasedTenants
{
    /// <summary>Whether a tenant has been erased, or is just being. One transaction.</summary>
    /// <param name="tenant">An organization or a project.</param>
    Task<bool> IsErasedAsync(string tenant);
}
