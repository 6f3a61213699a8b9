namespace ResNeXt.Core.Kernels.SynchronizedNorm;

/// <summary>Exchanges the statistics of batches that several processes compute at the same time.</summary>
internal interface IStatisticsExchange
{
    /// <summary>Exchanges one message of every process that computes a batch.</summary>
    /// <param name="own">The message of this process; those of the others have the same length.</param>
    /// <returns>The messages in the order of ranks, the same in every process.</returns>
    /// <exception cref="IOException">Another process has failed.</exception>
    IReadOnlyList<double[]> Exchange(double[] own);

    /// <summary>
    /// As <see cref="Exchange"/>, for calls from native code, through which no exception can pass: after a failure it returns the own message alone,
    /// and the owner of the exchange throws later.
    /// </summary>
    /// <param name="own">The message of this process.</param>
    IReadOnlyList<double[]> ExchangeWithoutThrowing(double[] own);
}
