namespace Serverless.StorageEngine.Simulation.Nodes;

/// <summary>Numbers of the processes of a world in its trace; no two are the same.</summary>
internal static class ProcessNumbers
{
    public const int Network = 1;
    public const int Segments = 2;
    public const int Tables = 3;

    public static int Node(int life) => 10 + (life * 2);

    public static int Client(int number) => 11 + (number * 2);
}
