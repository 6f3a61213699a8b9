namespace ResNeXt.Core.Distributed.Transports;

/// <summary>
/// Messages of bytes between the processes of a group, which are numbered by their ranks from 0. Sending and receiving start at once and complete
/// while the caller asks, so that the caller decides how long to wait. Used by one thread at a time.
/// </summary>
internal interface ITransport : IDisposable
{
    /// <summary>What carries the messages, for people: <c>Open MPI v4.1.4</c>.</summary>
    string Description { get; }

    /// <summary>The rank of this process.</summary>
    int Rank { get; }

    /// <summary>The number of processes.</summary>
    int Size { get; }

    /// <summary>Starts to send a message. Its memory must stay allocated and unchanged until the transfer is complete.</summary>
    /// <param name="rank">The rank of the receiver.</param>
    /// <param name="tag">The number of the message, from 0 to 32767, which the receiver asks for. Messages with the same tag arrive in order.</param>
    /// <param name="address">The address of the bytes.</param>
    /// <param name="bytes">The number of bytes.</param>
    ITransfer StartSend(int rank, int tag, nint address, int bytes);

    /// <summary>Starts to receive a message. Its memory must stay allocated until the transfer is complete.</summary>
    /// <param name="rank">The rank of the sender.</param>
    /// <param name="tag">The number of the message.</param>
    /// <param name="address">The address for the bytes.</param>
    /// <param name="bytes">The number of bytes that the sender sends.</param>
    ITransfer StartReceive(int rank, int tag, nint address, int bytes);

    /// <summary>Whether a message has arrived that no receiving was started for.</summary>
    /// <param name="rank">The rank of the sender.</param>
    /// <param name="tag">The number of the message.</param>
    bool HasArrived(int rank, int tag);

    /// <summary>
    /// Leaves out, when the transport is disposed of, what needs the other processes: they are dead, or wait for something else.
    /// </summary>
    void Abandon();
}

/// <summary>A message that is on its way.</summary>
internal interface ITransfer
{
    /// <summary>The other process.</summary>
    int Rank { get; }

    /// <summary>Moves the transfer on, and says whether it is complete.</summary>
    /// <exception cref="IOException">The message cannot be sent or received.</exception>
    bool Advance();
}
