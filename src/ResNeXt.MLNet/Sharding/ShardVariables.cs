using System.Globalization;

namespace ResNeXt.MLNet.Sharding;

/// <summary>The environment variables in which launchers tell a process which part of a job it is.</summary>
/// <param name="variable">Reads a variable; null if it is not set.</param>
internal sealed class ShardVariables(Func<string, string?> variable)
{
    private const string Array = "SLURM_ARRAY_TASK_ID", ArrayCount = "SLURM_ARRAY_TASK_COUNT", ArrayMaximum = "SLURM_ARRAY_TASK_MAX";
    private const string Completion = "JOB_COMPLETION_INDEX";
    private const string Advice = "make a Shard(index, count)", AdviceOnCount = "pass the count";

    // Processes that start together. Open MPI comes first: within a SLURM job its mpirun may start more processes than SLURM did.
    private static readonly (string Index, string Count)[] Processes =
        [("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"), ("SLURM_PROCID", "SLURM_NTASKS")];

    /// <summary>Reads the shard.</summary>
    /// <param name="count">The number of shards that the user gave; null if none.</param>
    /// <exception cref="InvalidOperationException">The variables do not say one shard clearly.</exception>
    public Shard Read(int? count)
    {
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(count), $"The number of shards is {count}; it must be at least 1.");
        Shard? process = ReadProcess(count), job = ReadJob(count);
        if (process is not null && job is not null)
        {
            throw new InvalidOperationException(
                $"Both {process.Origin} and {job.Origin} divide the work, and not in the same way; {Advice} to say which part this process does.");
        }
        return process ?? job ?? (count is null or 1 ? new Shard(0, 1) : throw new InvalidOperationException(
            $"There are {count} shards, but no variable of MPI, SLURM or Kubernetes says which of them this process does; {Advice}."));
    }

    private Shard? ReadProcess(int? count)
    {
        foreach ((string indexName, string countName) in Processes)
        {
            if (Number(indexName) is not { } index || Number(countName) is not { } processes)
                continue;
            if (processes <= 1)
                return null;
            if (count is not null && count != processes)
                throw new InvalidOperationException($"{countName} is {processes}, but {count} shards are asked for; leave that out, or {Advice}.");
            return Make(indexName, index, processes, $"{indexName}, {countName}");
        }
        return null;
    }

    private Shard? ReadJob(int? count)
    {
        if (Number(Array) is { } task)
            return Make(Array, task, count ?? TasksOfArray(), Array);
        if (Number(Completion) is not { } index)
            return null;
        return Make(Completion, index, count ?? throw new InvalidOperationException(
            $"{Completion} is {index}, but Kubernetes does not say how many completions the job has; {AdviceOnCount}, or {Advice}."),
            Completion);
    }

    // An array that is submitted again for a few failed tasks has fewer tasks than there are shards.
    private int TasksOfArray()
    {
        if (Number(ArrayCount) is { } tasks && Number(ArrayMaximum) is { } maximum && maximum == tasks - 1)
            return tasks;
        throw new InvalidOperationException(
            $"{Array} is {variable(Array)}, but the array is not numbered from 0 without gaps, so the number of shards is not clear; "
            + $"{AdviceOnCount}.");
    }

    private static Shard Make(string name, int index, int count, string origin) => index >= 0 && index < count
        ? new Shard(index, count, origin)
        : throw new InvalidOperationException($"{name} is {index}; {count} shards are numbered from 0 to {count - 1}.");

    private int? Number(string name)
    {
        string? text = variable(name);
        if (string.IsNullOrEmpty(text))
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : throw new InvalidOperationException($"{name} is '{text}'; it must be a whole number. Correct it, or {Advice}.");
    }
}
