using System.Globalization;
using System.Runtime.InteropServices;

namespace Serverless.StorageEngine.Simulation.World;

/// <summary>
/// Everything that happened in a simulation, in order: always as a hash, and as text when someone wants to read it. Two
/// runs of one seed have the same trace, to the byte.
/// </summary>
/// <param name="text">Where the lines go; null for the hash alone. Owned by the caller.</param>
public sealed class Trace(TextWriter? text)
{
    private const ulong Prime = 0x9E3779B97F4A7C15;
    private ulong _hash;

    /// <summary>The hash of everything so far.</summary>
    public ulong Hash => _hash;

    /// <summary>How many events there were.</summary>
    public long Events { get; private set; }

    /// <summary>Adds an event.</summary>
    /// <param name="now">Ticks of true time since the world began.</param>
    /// <param name="who">The process that it happened to.</param>
    /// <param name="what">What happened: one of few words.</param>
    /// <param name="about">What it was about, or empty.</param>
    /// <param name="target">On what, or empty.</param>
    /// <param name="number">A number that belongs to it.</param>
    public void Add(
        long now, SimulatedProcess who, string what, string about = "", string target = "", long number = 0)
    {
        Events++;
        Fold((ulong)now);
        Fold((ulong)who.Number);
        Fold(what);
        Fold(about);
        Fold(target);
        Fold(unchecked((ulong)number));
        text?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{now / (double)TimeSpan.TicksPerSecond,12:0.0000000} {who.Name,-12} {what} {about} {target} {number}"));
    }

    /// <summary>Adds a step of the scheduler, which is too frequent to be a line of text.</summary>
    internal void Step(long now, int process)
    {
        Fold((ulong)now);
        Fold((ulong)process);
    }

    private void Fold(string word)
    {
        var four = MemoryMarshal.Cast<char, ulong>(word);
        foreach (var characters in four)
        {
            Fold(characters);
        }

        foreach (var character in word.AsSpan(four.Length * 4))
        {
            Fold(character);
        }
    }

    private void Fold(ulong value)
    {
        unchecked
        {
            var mixed = (_hash ^ value) * Prime;
            _hash = mixed ^ (mixed >> 29);
        }
    }
}
