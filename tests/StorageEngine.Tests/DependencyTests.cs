using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Tests;

public sealed class DependencyTests
{
    [Fact]
    public void The_core_refers_to_nothing_but_the_base_class_library() =>
        Assert.All(
            typeof(EventLog).Assembly.GetReferencedAssemblies(),
            static reference => Assert.StartsWith("System.", reference.Name));
}
