namespace Mining.Primitives.Settings;

/// <summary>HTTP/2 flow control of all clients of the mesh.</summary>
public static class FlowControl
{
    /// <summary>
    /// The window of a stream in bytes. With the default of 64 KiB, a service would pause sixteen times in one message of a feed. Also, the
    /// client would send a window update while the response ends; Kestrel then loses the response to the next call on that connection, once
    /// in thousands of calls (dotnet/aspnetcore#53736), and a caller without a deadline waits forever.
    /// </summary>
    public const int StreamWindow = 1 << 20;
}
