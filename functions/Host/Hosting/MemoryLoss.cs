using System.Runtime.ExceptionServices;

namespace Serverless.Functions.Host.Hosting;

/// <summary>
/// Ends the process at the first <see cref="OutOfMemoryException"/>, wherever it is thrown and whoever would catch it:
/// behind one nobody knows which buffers are whole, and bytes of one client could go to another. What is acknowledged is
/// stored, and the platform starts the process again.
/// </summary>
internal sealed class MemoryLoss : IDisposable
{
    private readonly Action<string> _end;

    /// <summary>Watches until it is disposed.</summary>
    /// <param name="end">Ends the process at once, without running anything else; gets why.</param>
    public MemoryLoss(Action<string> end)
    {
        _end = end;
        AppDomain.CurrentDomain.FirstChanceException += Watch;
    }

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Watch;

    private void Watch(object? sender, FirstChanceExceptionEventArgs thrown)
    {
        if (thrown.Exception is OutOfMemoryException)
        {
            _end("The process has no memory left. It ends, so that no answer is made of broken buffers.");
        }
    }
}
