using Serverless.Azurite;

[assembly: AssemblyFixture(typeof(SharedAzurite))]
