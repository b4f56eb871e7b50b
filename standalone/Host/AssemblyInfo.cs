using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Serverless.Tests")]
