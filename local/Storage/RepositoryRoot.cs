using Microsoft.Extensions.Hosting;

namespace Serverless.Local.Storage;

/// <summary>The folder of the source code, where the storage emulator is installed.</summary>
internal static class RepositoryRoot
{
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Serverless.sln")) && File.Exists(Path.Combine(folder.FullName, "package.json")))
            {
                return folder.FullName;
            }
        }

        throw new HostAbortedException(
            "There is no storage: set AzureWebJobsStorage to a storage account's connection string, or start Azurite on ports 10001 and 10002.");
    }
}
