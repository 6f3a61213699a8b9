using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ResNeXt.MLNet.Sharding;

/// <summary>
/// One of several disjoint parts of a set, for several processes or machines that work on the set at the same time. All shards together are the whole
/// set.
/// </summary>
/// <remarks>
/// The name of an item alone decides which shard it belongs to, so neither the order of the items nor other items that are added or removed change
/// it: the first 8 bytes of the SHA-256 of the name in UTF-8, as a big-endian number, modulo <see cref="Count"/>.
/// </remarks>
public sealed class Shard
{
    /// <summary>Makes a shard.</summary>
    /// <param name="index">Which of the shards it is. From 0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">The number of shards. At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Shard(int index, int count)
    {
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(count), $"The number of shards is {count}; it must be at least 1.");
        if (index < 0 || index >= count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), $"The index of the shard is {index}; the {count} shards are numbered from 0 to {count - 1}.");
        }
        (Index, Count) = (index, count);
    }

    internal Shard(int index, int count, string origin)
        : this(index, count) => Origin = origin;

    /// <summary>Which of the shards it is, from 0.</summary>
    public int Index { get; }

    /// <summary>The number of shards.</summary>
    public int Count { get; }

    /// <summary>The environment variables that the shard was read from; null for a shard that was made otherwise.</summary>
    public string? Origin { get; }

    /// <summary>
    /// Reads which part of a job this process is, as its launcher says: MPI (<c>OMPI_COMM_WORLD_RANK</c>, <c>PMI_RANK</c>), SLURM
    /// (<c>SLURM_PROCID</c>, <c>SLURM_ARRAY_TASK_ID</c>) or a Kubernetes Indexed Job (<c>JOB_COMPLETION_INDEX</c>).
    /// </summary>
    /// <param name="count">The number of shards; null if the launcher says it too. Kubernetes does not.</param>
    /// <returns>The shard; the whole set if no launcher divides it.</returns>
    /// <exception cref="InvalidOperationException">
    /// The variables are not numbers, contradict each other or <paramref name="count"/>, or lack the number of shards.
    /// </exception>
    public static Shard FromEnvironment(int? count = null) => new ShardVariables(Environment.GetEnvironmentVariable).Read(count);

    /// <summary>Gets whether an item belongs to this shard.</summary>
    /// <param name="name">The name of the item, for example the path of a file relative to its folder, the same on every machine.</param>
    public bool Contains(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Count == 1)
            return true;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)Count == (ulong)Index;
    }

    /// <summary>Index and number of shards as text: <c>3/16</c>.</summary>
    public override string ToString() => $"{Index}/{Count}";
}
